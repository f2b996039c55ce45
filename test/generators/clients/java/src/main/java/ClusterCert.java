import org.openapitools.client.ApiClient;
import org.openapitools.client.api.ClusterCertificatesApi;
import org.openapitools.client.model.Kubeconfig;

/** Prints the kubeconfig that the generated client gets. */
public class ClusterCert {
  public static void main(String[] arguments) throws Exception {
    ApiClient client = new ApiClient();
    client.updateBaseUri(System.getenv("ENDPOINT"));
    client.setRequestInterceptor(request -> request.header("X-Auth-Token", System.getenv("TOKEN")));
    ClusterCertificatesApi api = new ClusterCertificatesApi(client);
    Kubeconfig kubeconfig = api.getClusterCert(System.getenv("PROJECT_ID"), System.getenv("CLUSTER_ID"));
    System.out.println(client.getObjectMapper().writeValueAsString(kubeconfig));
  }
}
