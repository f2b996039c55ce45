// Facts about clouds that openstacksdk knows by name (`profile: otc`): their identity services, regions and domains.

export interface VendorProfile {
  /** `{region_name}` stands for the region. */
  authUrl?: string;
  regions?: readonly string[];
  /** Of users and projects. */
  domainName?: string;
  /** Why the name is no longer usable. */
  shutdown?: string;
}

export const vendorProfiles: Readonly<Record<string, VendorProfile>> = {
  auro: { authUrl: 'https://api.van2.auro.io:5000/v3', regions: ['RegionOne'], domainName: 'Default' },
  betacloud: { shutdown: 'betacloud.de has ceased business' },
  binero: { authUrl: 'https://auth.binero.cloud:5000/v3', regions: ['europe-se-1'] },
  catalyst: { authUrl: 'https://api.cloud.catalyst.net.nz:5000/v2.0', regions: ['nz-por-1', 'nz_wlg_2'] },
  citycloud: {
    authUrl: 'https://{region_name}.citycloud.com:5000/v3/',
    regions: ['Buf1', 'Fra1', 'Sto2', 'Kna1', 'dx1', 'tky1'],
  },
  conoha: { authUrl: 'https://identity.{region_name}.conoha.io', regions: ['sin1', 'sjc1', 'tyo1'] },
  dreamcompute: { authUrl: 'https://iad2.dream.io:5000', regions: ['RegionOne'] },
  elastx: { authUrl: 'https://ops.elastx.cloud:5000/v3', regions: ['se-sto'] },
  entercloudsuite: { authUrl: 'https://api.entercloudsuite.com/', regions: ['it-mil1', 'nl-ams1', 'de-fra1'] },
  fuga: { authUrl: 'https://identity.api.fuga.io:5000', regions: ['cystack'], domainName: 'Default' },
  ibmcloud: { shutdown: 'its identity service no longer responds' },
  internap: { shutdown: 'Internap is HorizonIQ now' },
  otc: { authUrl: 'https://iam.{region_name}.otc.t-systems.com/v3', regions: ['eu-de', 'eu-nl'] },
  // openstacksdk's entry lacks the scheme, without which nothing can be sent.
  'otc-swiss': { authUrl: 'https://iam-pub.eu-ch2.sc.otc.t-systems.com/v3', regions: ['eu-ch2'] },
  'ovh-us': {
    authUrl: 'https://auth.cloud.ovh.us/',
    regions: ['US-EAST-VA-1', 'US-WEST-OR-1', 'US-EAST-VA', 'US-WEST-OR'],
    domainName: 'Default',
  },
  rackspace: {
    authUrl: 'https://identity.api.rackspacecloud.com/v2.0/',
    regions: ['DFW', 'HKG', 'IAD', 'ORD', 'SYD', 'LON'],
  },
  switchcloud: { authUrl: 'https://identity.compute.cloud.switch.ch/v3', regions: ['zhw', 'zhc'] },
  switchengines: { authUrl: 'https://keystone.cloud.switch.ch:5000/v3', regions: ['LS', 'ZH'] },
  ultimum: { shutdown: 'ultimum-cloud.com has ceased business' },
  unitedstack: { shutdown: 'its identity service no longer responds' },
  zetta: { authUrl: 'https://identity.api.zetta.io/v3', regions: ['no-osl1'] },
};
