// Fetches a cluster's kubeconfig with the unmodified Huawei Cloud SDK for Go (POST, AK/SK); with REVOKE_USER, revokes the
// certificates of that user instead.
package main

import (
	"encoding/json"
	"errors"
	"os"
	"strconv"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/sdkerr"
	cce "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/cce/v3"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/cce/v3/model"
)

func print(value any) {
	if err := json.NewEncoder(os.Stdout).Encode(value); err != nil {
		panic(err)
	}
}

// An answer of the provider that is an error goes to stdout, with exit code 3.
func check(err error) {
	var refused *sdkerr.ServiceResponseError
	switch {
	case errors.As(err, &refused):
		print(map[string]any{"code": refused.ErrorCode, "message": refused.ErrorMessage})
		os.Exit(3)
	case err != nil:
		panic(err)
	}
}

func main() {
	credentials := basic.NewCredentialsBuilder().
		WithAk(os.Getenv("ACCESS_KEY")).WithSk(os.Getenv("SECRET_KEY")).WithProjectId(os.Getenv("PROJECT_ID")).Build()
	client := cce.NewCceClient(cce.CceClientBuilder().
		WithCredential(credentials).WithEndpoint(os.Getenv("ENDPOINT")).Build())

	if user := os.Getenv("REVOKE_USER"); user != "" {
		_, err := client.RevokeKubernetesClusterCert(&model.RevokeKubernetesClusterCertRequest{
			ClusterId: os.Getenv("CLUSTER_ID"),
			Body:      &model.CertRevokeConfigRequestBody{UserId: &user},
		})
		check(err)
		return
	}

	days, err := strconv.ParseInt(os.Getenv("DURATION"), 10, 32)
	if err != nil {
		days = 30
	}
	duration := int32(days)
	answer, err := client.CreateKubernetesClusterCert(&model.CreateKubernetesClusterCertRequest{
		ClusterId: os.Getenv("CLUSTER_ID"),
		Body:      &model.ClusterCertDuration{Duration: &duration},
	})
	check(err)
	answer.PortID = nil
	answer.HttpStatusCode = 0
	print(answer)
}
