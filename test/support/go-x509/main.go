// Kubernetes' verdicts on certificate authorities: reads one JSON object a line, writes one a line. A CA file is read
// as kube-apiserver reads --client-ca-file (each certificate must parse) and as client-go reads the CA of a kubeconfig;
// a leaf is then verified by it, as the API server verifies a client and a client the API server.
package main

import (
	"bufio"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"time"
)

type question struct {
	CA     string // ca.crt
	Key    string // its key, PKCS #8
	Client string // a client certificate with its chain; without one, Go makes one
	Server string // server-ca.crt; without it, the CA file
	Roots  string // what the API server verifies clients by; without it, the CA file
}

type answer struct {
	Parse  string `json:"parse"`
	Client string `json:"client"`
	Server string `json:"server"`
}

func blocks(text string) (out [][]byte) {
	for rest := []byte(text); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return out
		}
		if block.Type == "CERTIFICATE" && len(block.Headers) == 0 {
			out = append(out, block.Bytes)
		}
	}
}

func parseAll(text string) (certificates []*x509.Certificate, err error) {
	for _, der := range blocks(text) {
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, err
		}
		certificates = append(certificates, certificate)
	}
	if len(certificates) == 0 {
		return nil, errors.New("no certificate")
	}
	return certificates, nil
}

func makeLeaf(parent *x509.Certificate, key crypto.PrivateKey, usage x509.ExtKeyUsage) (*x509.Certificate, error) {
	own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(4711),
		Subject:      pkix.Name{CommonName: "leaf"},
		NotBefore:    time.Now().Add(-time.Minute),
		NotAfter:     time.Now().Add(time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{usage},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &own.PublicKey, key)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

func verify(leaf *x509.Certificate, roots, intermediates *x509.CertPool, usage x509.ExtKeyUsage) error {
	_, err := leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: intermediates, KeyUsages: []x509.ExtKeyUsage{usage}})
	return err
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func judge(q question) (a answer) {
	roots, err := parseAll(q.CA)
	if err != nil {
		return answer{Parse: err.Error(), Client: "-", Server: "-"}
	}
	block, _ := pem.Decode([]byte(q.Key))
	if block == nil {
		return answer{Parse: "no key", Client: "-", Server: "-"}
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return answer{Parse: "key: " + err.Error(), Client: "-", Server: "-"}
	}
	pool := x509.NewCertPool()
	var parent *x509.Certificate
	for _, root := range roots {
		pool.AddCert(root)
		public, comparable := root.PublicKey.(interface{ Equal(crypto.PublicKey) bool })
		signer, ok := key.(crypto.Signer)
		valid := time.Now().After(root.NotBefore) && time.Now().Before(root.NotAfter)
		if comparable && ok && public.Equal(signer.Public()) && (parent == nil || valid) {
			parent = root
		}
	}
	if parent == nil {
		return answer{Parse: "no certificate of the key", Client: "-", Server: "-"}
	}
	if q.Roots != "" {
		pool = x509.NewCertPool()
		pool.AppendCertsFromPEM([]byte(q.Roots))
	}
	a.Client = text(judgeClient(q.Client, parent, key, pool))
	serverPool, serverText := x509.NewCertPool(), q.CA
	if q.Server != "" {
		serverText = q.Server
	}
	if !serverPool.AppendCertsFromPEM([]byte(serverText)) {
		a.Server = "no certificate to trust"
	} else if q.Server == "" {
		leaf, err := makeLeaf(parent, key, x509.ExtKeyUsageServerAuth)
		if err == nil {
			err = verify(leaf, serverPool, x509.NewCertPool(), x509.ExtKeyUsageServerAuth)
		}
		a.Server = text(err)
	}
	return a
}

func judgeClient(client string, parent *x509.Certificate, key crypto.PrivateKey, pool *x509.CertPool) error {
	intermediates := x509.NewCertPool()
	if client == "" {
		leaf, err := makeLeaf(parent, key, x509.ExtKeyUsageClientAuth)
		if err != nil {
			return err
		}
		return verify(leaf, pool, intermediates, x509.ExtKeyUsageClientAuth)
	}
	chain, err := parseAll(client)
	if err != nil {
		return err
	}
	for _, other := range chain[1:] {
		intermediates.AddCert(other)
	}
	return verify(chain[0], pool, intermediates, x509.ExtKeyUsageClientAuth)
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var q question
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			panic(err)
		}
		out.Encode(judge(q))
	}
}
