// Fetches a cluster's kubeconfig with the unmodified gophertelekomcloud, the library beneath the Terraform provider of the Open
// Telekom Cloud, and reads of the look-ups what that provider reads. METHOD is GET (the default) or POST; AUTH is
//
//	keystone  OS_* variables; the endpoint comes from the catalogue (the default)
//	token     TOKEN at ENDPOINT, without a Keystone
//	aksk      ACCESS_KEY and SECRET_KEY at ENDPOINT, without a Keystone
//	aksk-iam  ACCESS_KEY and SECRET_KEY; OS_AUTH_URL has to give the catalogue to signed requests
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strconv"

	golangsdk "github.com/opentelekomcloud/gophertelekomcloud"
	"github.com/opentelekomcloud/gophertelekomcloud/openstack"
	"github.com/opentelekomcloud/gophertelekomcloud/openstack/cce/v3/clusters"
)

func print(value any) {
	if err := json.NewEncoder(os.Stdout).Encode(value); err != nil {
		panic(err)
	}
}

// status is what each of the library's errors about a refused request holds, without an interface for it.
func status(err error) any {
	if value := reflect.Indirect(reflect.ValueOf(err)); value.Kind() == reflect.Struct {
		if actual := value.FieldByName("Actual"); actual.IsValid() {
			return actual.Int()
		}
	}
	return nil
}

func provider() (*golangsdk.ProviderClient, error) {
	projectID := os.Getenv("PROJECT_ID")
	keys := golangsdk.AKSKAuthOptions{
		IdentityEndpoint: os.Getenv("OS_AUTH_URL"),
		AccessKey:        os.Getenv("ACCESS_KEY"),
		SecretKey:        os.Getenv("SECRET_KEY"),
		ProjectId:        projectID,
	}
	if projectID == "" {
		keys.ProjectName = os.Getenv("OS_PROJECT_NAME")
	}
	switch os.Getenv("AUTH") {
	case "token", "aksk":
		client, err := openstack.NewClient(os.Getenv("ENDPOINT"))
		if err != nil {
			return nil, err
		}
		client.ProjectID = projectID
		client.EndpointLocator = func(golangsdk.EndpointOpts) (string, error) {
			return golangsdk.NormalizeURL(os.Getenv("ENDPOINT")), nil
		}
		if os.Getenv("AUTH") == "token" {
			client.TokenID = os.Getenv("TOKEN")
		} else {
			client.AKSKAuthOptions = keys
		}
		return client, nil
	case "aksk-iam":
		return openstack.AuthenticatedClient(keys)
	default:
		return openstack.AuthenticatedClient(golangsdk.AuthOptions{
			IdentityEndpoint: os.Getenv("OS_AUTH_URL"),
			Username:         os.Getenv("OS_USERNAME"),
			Password:         os.Getenv("OS_PASSWORD"),
			DomainName:       os.Getenv("OS_USER_DOMAIN_NAME"),
			TenantName:       os.Getenv("OS_PROJECT_NAME"),
		})
	}
}

// lookUp lists the clusters and gets one. It dereferences what the Terraform provider dereferences without asking whether it
// is there; a nil pointer or a list that is too short is a panic, as there.
func lookUp(client *golangsdk.ServiceClient, id string) error {
	all, err := clusters.List(client, clusters.ListOpts{ID: id})
	if err != nil {
		return err
	}
	one, err := clusters.Get(client, id)
	if err != nil {
		return err
	}
	for _, cluster := range []clusters.Clusters{all[0], *one} {
		spec, endpoint := cluster.Spec, cluster.Status.Endpoints[0]
		dereference := func(...any) {}
		dereference(spec.EniNetwork.SubnetId, spec.EniNetwork.Cidr, spec.HostNetwork.VpcId, spec.HostNetwork.SubnetId)
		dereference(spec.ContainerNetwork.Mode, spec.Authentication.Mode, spec.Flavor, spec.Version, spec.KubernetesSvcIpRange)
		addresses := ""
		for _, each := range cluster.Status.Endpoints {
			addresses += each.Url + each.Internal + each.External + each.ExternalOTC
		}
		read := map[string]string{
			"metadata.name":             cluster.Metadata.Name,
			"spec.type":                 spec.Type,
			"status.phase":              cluster.Status.Phase,
			"status.endpoints":          addresses,
			"status.endpoints.internal": endpoint.Internal,
		}
		for name, value := range read {
			if value == "" {
				return fmt.Errorf("the look-up of cluster %s has no %s", id, name)
			}
		}
		if cluster.Metadata.Id != id {
			return fmt.Errorf("the look-up of cluster %s gives cluster %s", id, cluster.Metadata.Id)
		}
	}
	return nil
}

func certificate() (*clusters.Certificate, error) {
	authenticated, err := provider()
	if err != nil {
		return nil, err
	}
	authenticated.MaxBackoffRetries = new(int) // after a 429 it would wait a minute, up to 20 times
	client, err := openstack.NewCCE(authenticated, golangsdk.EndpointOpts{Region: os.Getenv("OS_REGION_NAME")})
	if err != nil {
		return nil, err
	}
	id := os.Getenv("CLUSTER_ID")
	if os.Getenv("METHOD") != "POST" {
		kubeconfig, err := clusters.GetCert(client, id)
		if err != nil {
			return nil, err
		}
		return kubeconfig, lookUp(client, id)
	}
	days, err := strconv.Atoi(os.Getenv("DURATION"))
	if err != nil {
		days = 30
	}
	return clusters.GetCertWithExpiration(client, id, clusters.ExpirationOpts{Duration: days})
}

func main() {
	kubeconfig, err := certificate()
	if err == nil {
		print(kubeconfig)
		return
	}
	print(map[string]any{"code": status(err), "message": err.Error()})
	os.Exit(3)
}
