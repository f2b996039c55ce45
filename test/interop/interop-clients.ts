// The clients of the field: where each lies in clients/, what it needs, and which requests it makes.
interface Run {
  verb: 'GET' | 'POST';
  auth: 'token' | 'AK/SK';
  environment?: Record<string, string>;
}

export interface InteropClient {
  name: string;
  folder: string;
  language: string;
  /** Where its pinned version stands: a file and a pattern. */
  version: [file: string, pattern: RegExp];
  tools: string[];
  runs: Run[];
  /** What it shows its user of an error: our code and message, or a text with our message in it. */
  surfaces: 'code and message' | 'message';
  /** Whether its script revokes, too: with REVOKE_USER. */
  revokes?: true;
  /** Statuses for which it has words of its own instead. */
  ownWords?: Record<number, RegExp>;
}

const signed: Run[] = [{ verb: 'POST', auth: 'AK/SK' }];

export const interopClients: InteropClient[] = [
  {
    name: '@huaweicloud/huaweicloud-sdk-cce',
    folder: 'huaweicloud-nodejs',
    language: 'JavaScript',
    version: ['package.json', /sdk-cce": "([^"]+)"/],
    tools: ['npm'],
    runs: signed,
    surfaces: 'code and message',
  },
  {
    name: 'huaweicloudsdkcce',
    folder: 'huaweicloud-python',
    language: 'Python',
    version: ['requirements.txt', /huaweicloudsdkcce==(\S+)/],
    tools: ['python3'],
    runs: signed,
    surfaces: 'code and message',
    revokes: true,
  },
  {
    name: 'huaweicloud-sdk-go-v3',
    folder: 'huaweicloud-go',
    language: 'Go',
    version: ['go.mod', /huaweicloud-sdk-go-v3 v(\S+)/],
    tools: ['go'],
    runs: signed,
    surfaces: 'code and message',
    revokes: true,
  },
  {
    name: 'huaweicloud-sdk-cce',
    folder: 'huaweicloud-java',
    language: 'Java',
    version: ['pom.xml', /sdk-cce<\/artifactId>\s*<version>([^<]+)</],
    tools: ['java', 'mvn'],
    runs: signed,
    surfaces: 'code and message',
  },
  {
    name: 'otcextensions',
    folder: 'openstackclient',
    language: 'Python',
    version: ['requirements.txt', /otcextensions==(\S+)/],
    tools: ['python3'],
    runs: [{ verb: 'GET', auth: 'token' }],
    surfaces: 'message',
    // It looks the cluster up first, by its name too, and says by itself that there is none.
    ownWords: { 400: /^No Cluster found for demo$/, 404: /^No Cluster found for 0000/ },
  },
  {
    name: 'gophertelekomcloud',
    folder: 'gophertelekomcloud',
    language: 'Go',
    version: ['go.mod', /gophertelekomcloud v(\S+)/],
    tools: ['go'],
    runs: [
      { verb: 'GET', auth: 'token', environment: { AUTH: 'keystone', METHOD: 'GET' } },
      { verb: 'POST', auth: 'token', environment: { AUTH: 'keystone', METHOD: 'POST' } },
      { verb: 'GET', auth: 'AK/SK', environment: { AUTH: 'aksk', METHOD: 'GET' } },
      { verb: 'POST', auth: 'AK/SK', environment: { AUTH: 'aksk', METHOD: 'POST' } },
    ],
    surfaces: 'message',
    ownWords: { 429: /^Too many requests have been sent/ },
  },
];
