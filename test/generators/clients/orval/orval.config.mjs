// Without a base URL, what orval generates calls relative ones, which only a browser can.
export default {
  clustercert: {
    input: process.env.SPEC,
    output: { target: 'src/api.ts', client: 'fetch', baseUrl: process.env.ENDPOINT },
  },
};
