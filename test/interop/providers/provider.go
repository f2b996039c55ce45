// A provider of the API on Go's net/http, with that package's ways: its mux cleans paths, refuses methods and malformed
// requests in plain text. Its kubeconfigs are made by the test, one for each cluster.
package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"regexp"
)

type answers struct {
	Token, Project string
	Kubeconfigs    map[string]json.RawMessage
}

var form = regexp.MustCompile("^[0-9a-f-]{36}$")

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}

func fail(w http.ResponseWriter, status int, code, message string) {
	reply(w, status, map[string]string{"errorCode": code, "errorMessage": message})
}

func main() {
	var known answers
	if err := json.NewDecoder(os.Stdin).Decode(&known); err != nil {
		panic(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v3/projects/{project}/clusters/{cluster}/clustercert", func(w http.ResponseWriter, r *http.Request) {
		kubeconfig, found := known.Kubeconfigs[r.PathValue("cluster")]
		switch {
		case r.Header.Get("X-Auth-Token") != known.Token:
			fail(w, 401, "CCE.01401001", "Authorization failed.")
		case r.PathValue("project") != known.Project:
			fail(w, 403, "CCE.01403001", "Forbidden.")
		case !form.MatchString(r.PathValue("cluster")):
			fail(w, 400, "CCE.01400001", "Invalid request.")
		case !found:
			fail(w, 404, "CCE.01404001", "Resource not found.")
		default:
			reply(w, 200, kubeconfig)
		}
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	http.Serve(listener, mux)
}
