// Configurations of the openstack command, for a comparison with ours. `{auth}` stands for the identity service,
// `{invalid}` for its URL by a name that only a proxy knows, `{origin}` and `{host}` for that proxy.

export interface CredentialCase {
  environment: Record<string, string>;
  /** Files in the folder that the commands run in, and under `~/` in their home. */
  files?: Record<string, string>;
  /** Why we do something else; then `ours` says what. */
  otherwise?: { why: string; ours: 'refused' | 'goes through' };
}

export const auth = 'auth_url: "{auth}"';
export const user = 'username: alice, password: secret, user_domain_name: D, project_domain_name: D';
export const cloud = (rest: string) => `clouds: {c: {${rest}}}\n`;
export const usual = cloud(`region_name: eu-de, auth: {${auth}, ${user}, project_name: P}`);
export const interfaceIgnored = {
  why: 'the commands of otcextensions take the public endpoint whatever the interface is; openstacksdk obeys it',
  ours: 'goes through',
} as const;
export const named = { OS_CLOUD: 'c' };
export const variables = {
  OS_AUTH_URL: '{auth}',
  OS_USERNAME: 'alice',
  OS_PASSWORD: 'secret',
  OS_USER_DOMAIN_NAME: 'D',
  OS_PROJECT_NAME: 'P',
  OS_PROJECT_DOMAIN_NAME: 'D',
  OS_REGION_NAME: 'eu-de',
};
export const without = (...names: (keyof typeof variables)[]) =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => !names.includes(name as keyof typeof variables)));

/** A cloud `c` of that block-style text. */
export const block = (text: string) => ({ environment: named, files: { 'clouds.yaml': text } });
export const inCloud = (rest: string, environment: Record<string, string> = named) => ({
  environment,
  files: { 'clouds.yaml': cloud(rest) },
});
export const scalar = (key: string, value: string) =>
  block(`clouds:
  c:
    region_name: eu-de
    auth:
      auth_url: "{auth}"
      username: alice
      password: secret
      user_domain_name: D
      project_domain_name: D
      project_name: P
      ${key}: ${value}
`);
