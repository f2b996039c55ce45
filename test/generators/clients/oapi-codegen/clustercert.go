// Prints the kubeconfig that the generated client gets.
package main

import (
	"context"
	"encoding/json"
	"log"
	"net/http"
	"os"

	"generators/cce"
)

func main() {
	token := func(_ context.Context, request *http.Request) error {
		request.Header.Set("X-Auth-Token", os.Getenv("TOKEN"))
		return nil
	}
	client, err := cce.NewClientWithResponses(os.Getenv("ENDPOINT"), cce.WithRequestEditorFn(token))
	if err != nil {
		log.Fatal(err)
	}
	answer, err := client.GetClusterCertWithResponse(context.Background(), os.Getenv("PROJECT_ID"), os.Getenv("CLUSTER_ID"))
	if err != nil {
		log.Fatal(err)
	}
	if answer.JSON200 == nil {
		log.Fatal(answer.Status())
	}
	if err := json.NewEncoder(os.Stdout).Encode(answer.JSON200); err != nil {
		log.Fatal(err)
	}
}
