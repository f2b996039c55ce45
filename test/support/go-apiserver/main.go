// A server that lets clients in by certificate as kube-apiserver does (k8s.io/apiserver, authentication/request/x509): the
// handshake takes any certificate, which is then verified by Go's crypto/x509; the common name is the user, the organizations
// are the groups. Prints its URL, then one JSON object for each request.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
)

type seen struct {
	Path   string   `json:"path"`
	User   string   `json:"user"`
	Groups []string `json:"groups"`
	Error  string   `json:"error,omitempty"`
}

func caller(state *tls.ConnectionState, roots *x509.CertPool) (string, []string, error) {
	if state == nil || len(state.PeerCertificates) == 0 {
		return "", nil, errors.New("no certificate")
	}
	options := x509.VerifyOptions{
		Roots:         roots,
		Intermediates: x509.NewCertPool(),
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	for _, intermediate := range state.PeerCertificates[1:] {
		options.Intermediates.AddCert(intermediate)
	}
	chains, err := state.PeerCertificates[0].Verify(options)
	if err != nil {
		return "", nil, err
	}
	subject := chains[0][0].Subject
	if subject.CommonName == "" {
		return "", nil, errors.New("no common name")
	}
	return subject.CommonName, subject.Organization, nil
}

func main() {
	certificate := flag.String("cert", "", "file with the server's certificate")
	key := flag.String("key", "", "file with its key")
	authority := flag.String("client-ca", "", "file with what clients are verified by")
	flag.Parse()
	pem, err := os.ReadFile(*authority)
	if err != nil {
		log.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	pair, err := tls.LoadX509KeyPair(*certificate, *key)
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	out := json.NewEncoder(os.Stdout)
	requests := make(chan seen)
	go func() {
		for one := range requests {
			_ = out.Encode(one)
		}
	}()
	handler := func(response http.ResponseWriter, request *http.Request) {
		user, groups, err := caller(request.TLS, roots)
		record := seen{Path: request.URL.Path, User: user, Groups: groups}
		response.Header().Set("Content-Type", "application/json")
		switch {
		case err != nil:
			record.Error = err.Error()
			response.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(response, `{"kind":"Status","apiVersion":"v1","status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401}`)
		case strings.HasSuffix(request.URL.Path, "/version") || strings.HasSuffix(request.URL.Path, "/version/"):
			_, _ = io.WriteString(response, `{"major":"1","minor":"37","gitVersion":"v1.37.0","gitCommit":"0","gitTreeState":"clean","buildDate":"2026-01-01T00:00:00Z","goVersion":"go1.26","compiler":"gc","platform":"linux/amd64"}`)
		default:
			response.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(response, `{}`)
		}
		requests <- record
	}
	fmt.Printf("listening on https://%s\n", listener.Addr())
	server := &http.Server{
		Handler:  http.HandlerFunc(handler),
		ErrorLog: log.New(io.Discard, "", 0),
		TLSConfig: &tls.Config{
			Certificates: []tls.Certificate{pair},
			ClientAuth:   tls.RequestClientCert,
			MinVersion:   tls.VersionTLS12,
		},
	}
	// Ends with the test that started it.
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	log.Fatal(server.ServeTLS(listener, "", ""))
}
