// The packages that read and write ASN.1, in one place: the build puts them into this file, because their hundred small
// ones take a tenth of the provider's start to load.
export * from '@peculiar/asn1-schema';
export * from '@peculiar/asn1-x509';
