// Express with express-openapi-validator over the same contract, each with its defaults and responses validated too.
import express from 'express';
import { middleware } from 'express-openapi-validator';
import { readFileSync } from 'node:fs';

const body = JSON.parse(readFileSync(process.env.BENCH_ANSWER, 'utf8'));
const app = express();
app.use(
  middleware({
    apiSpec: process.env.BENCH_CONTRACT,
    validateRequests: true,
    validateResponses: true,
    validateSecurity: {
      handlers: { token: (request) => request.get('X-Auth-Token') === process.env.BENCH_TOKEN, signature: () => false },
    },
  }),
);
app.get('/api/v3/projects/:project_id/clusters/:cluster_id/clustercert', (_request, response) => response.json(body));
app.use((error, _request, response, _next) => {
  response.status(error.status ?? 500).json({ message: error.message });
});
const server = app.listen(0, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
