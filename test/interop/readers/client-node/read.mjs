// Prints what the Kubernetes client for Node.js makes of the files of KUBECONFIG, as JSON, and writes them anew as one
// where WRITE_TO names a file.
import { writeFileSync } from 'node:fs';
import { KubeConfig, VersionApi } from '@kubernetes/client-node';

const config = new KubeConfig();
config.loadFromDefault();
const current = config.getCurrentContext();
const calls = {};
for (const { name } of config.getContexts()) {
  config.setCurrentContext(name);
  try {
    const { gitVersion } = await config.makeApiClient(VersionApi).getCode();
    calls[name] = gitVersion;
  } catch (error) {
    calls[name] = String(error).split('\n', 1)[0];
  }
}
config.setCurrentContext(current);
if (process.env.WRITE_TO) writeFileSync(process.env.WRITE_TO, config.exportConfig(), { mode: 0o600 });
console.log(JSON.stringify({ current, calls }));
