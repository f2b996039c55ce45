// Fetches a cluster's kubeconfig with the unmodified Huawei Cloud SDK for Java (POST, AK/SK).
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.huaweicloud.sdk.cce.v3.CceClient;
import com.huaweicloud.sdk.cce.v3.model.CertDuration;
import com.huaweicloud.sdk.cce.v3.model.CreateKubernetesClusterCertRequest;
import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.exception.ServiceResponseException;
import com.huaweicloud.sdk.core.utils.JsonUtils;
import java.util.List;
import java.util.Map;

public final class ClusterCert {
  public static void main(String[] arguments) throws Exception {
    Map<String, String> environment = System.getenv();
    ObjectMapper json = new ObjectMapper();
    CceClient client = CceClient.newBuilder()
        .withCredential(new BasicCredentials()
            .withAk(environment.get("ACCESS_KEY"))
            .withSk(environment.get("SECRET_KEY"))
            .withProjectId(environment.get("PROJECT_ID")))
        .withEndpoints(List.of(environment.get("ENDPOINT")))
        .build();
    int days = Integer.parseInt(environment.getOrDefault("DURATION", "30"));
    CreateKubernetesClusterCertRequest request = new CreateKubernetesClusterCertRequest()
        .withClusterId(environment.get("CLUSTER_ID"))
        .withBody(new CertDuration().withDuration(days));
    try {
      ObjectNode kubeconfig = (ObjectNode) json.readTree(JsonUtils.toJSON(client.createKubernetesClusterCert(request)));
      kubeconfig.remove(List.of("Port-ID", "httpStatusCode"));
      System.out.println(kubeconfig);
    } catch (ServiceResponseException error) {
      System.out.println(
          json.createObjectNode().put("code", error.getErrorCode()).put("message", error.getErrorMsg()));
      System.exit(3);
    }
  }
}
