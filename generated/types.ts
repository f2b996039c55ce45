// Generated from spec/openapi.yaml by `npm run generate`; do not edit.
export interface paths {
    "/api/v3/projects/{project_id}/clusters": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the project that the cluster belongs to (Table 1), as the identity service issues it.
                 * @example 77b6a44cba5143ab91d13ab9a8ff44fd
                 */
                project_id: components["parameters"]["ProjectId"];
            };
            cookie?: never;
        };
        /**
         * List the clusters of a project
         * @description A look-up before the call for certificates, to find a cluster by its name. The response has the fields that clients read, not all fields of a cloud. Filters are accepted and ignored.
         */
        get: operations["listClusters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v3/projects/{project_id}/clusters/{cluster_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the cluster (Table 1). A UUID, or the same 32 hexadecimal digits without dashes where a cloud issues those.
                 * @example 1df09f9a-5b9e-11ef-8f52-0255ac10003e
                 */
                cluster_id: components["parameters"]["ClusterId"];
                /**
                 * @description ID of the project that the cluster belongs to (Table 1), as the identity service issues it.
                 * @example 77b6a44cba5143ab91d13ab9a8ff44fd
                 */
                project_id: components["parameters"]["ProjectId"];
            };
            cookie?: never;
        };
        /**
         * Get a cluster of a project
         * @description A look-up before the call for certificates. The response has the fields that clients read, not all fields of a cloud.
         */
        get: operations["getCluster"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the cluster (Table 1). A UUID, or the same 32 hexadecimal digits without dashes where a cloud issues those.
                 * @example 1df09f9a-5b9e-11ef-8f52-0255ac10003e
                 */
                cluster_id: components["parameters"]["ClusterId"];
                /**
                 * @description ID of the project that the cluster belongs to (Table 1), as the identity service issues it.
                 * @example 77b6a44cba5143ab91d13ab9a8ff44fd
                 */
                project_id: components["parameters"]["ProjectId"];
            };
            cookie?: never;
        };
        /**
         * Get a cluster's certificates as a kubeconfig
         * @description Returns a kubeconfig with the addresses of the cluster's API server, its certificate authority (CA),
         *     and a client certificate with its private key for the caller.
         *
         *     The request has no body and no query parameters. The documentation (Table 2) requires the header
         *     `Content-Type` with one of two values, `application/json` or `application/json;charset=utf-8`. Most
         *     providers accept a request without the header; another value is refused with 400 and `CCE.01400006`.
         *     Generated clients send it by themselves.
         */
        get: operations["getClusterCert"];
        put?: never;
        /**
         * Create a cluster's certificates for a chosen time and get them as a kubeconfig
         * @description The successor of `getClusterCert`, which the vendors' current SDKs call. The response is the same; the
         *     request body sets the validity of the client certificate.
         *
         *     The certificate is valid for at least as long as requested, within two limits: the provider's maximum,
         *     and the end of the cluster's own CA.
         */
        post: operations["createClusterCert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v3/projects/{project_id}/clusters/{cluster_id}/clustercertrevoke": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the cluster (Table 1). A UUID, or the same 32 hexadecimal digits without dashes where a cloud issues those.
                 * @example 1df09f9a-5b9e-11ef-8f52-0255ac10003e
                 */
                cluster_id: components["parameters"]["ClusterId"];
                /**
                 * @description ID of the project that the cluster belongs to (Table 1), as the identity service issues it.
                 * @example 77b6a44cba5143ab91d13ab9a8ff44fd
                 */
                project_id: components["parameters"]["ProjectId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End the certificates of a user in a cluster
         * @description The cluster's API server then refuses all certificates that the user has so far; the user may get new ones. Users may end their own certificates; the operator grants the right to end those of others. The response is 409 with the reason for a cluster whose API server does not enforce revocations, for a user whom it cannot refuse, and for an agency where the provider has none.
         */
        post: operations["revokeClusterCert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description How to reach and trust an API server (Table 5). */
        Cluster: {
            /**
             * Format: byte
             * @description Certificate of the cluster's CA, base64 of PEM. Absent where `insecure-skip-tls-verify` is true.
             * @example LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJrakNDQVRlZ0F3SUJBZ0lVTEVMUWFJaHNmUWhRcDlSb2U4bXR3Y1F1UDJvd0NnWUlLb1pJemowRUF3SXcKRlRFVE1CRUdBMVVFQXd3S2EzVmlaWEp1WlhSbGN6QWdGdzB5TmpFeE1qY3dOREl3TlRoYUdBOHlNRFUwTVRBegpNVEEwTWpBMU9Gb3dGVEVUTUJFR0ExVUVBd3dLYTNWaVpYSnVaWFJsY3pCWk1CTUdCeXFHU000OUFnRUdDQ3FHClNNNDlBd0VIQTBJQUJPSzZ1alplNmkwcDM3N2huMEFoUkJIdnY2N3MzWW1rZlVmeEw4TXRseHRkcEFMbnBQTEwKM1RQUWNuSStPUFVqcCtHdWxmamY4SkN3VGdWVzhPQXZLVGVqWXpCaE1CMEdBMVVkRGdRV0JCVHF3aUpwelJkQwp4dmQ2TFlCdGNHNENpTnBwV0RBZkJnTlZIU01FR0RBV2dCVHF3aUpwelJkQ3h2ZDZMWUJ0Y0c0Q2lOcHBXREFQCkJnTlZIUk1CQWY4RUJUQURBUUgvTUE0R0ExVWREd0VCL3dRRUF3SUJCakFLQmdncWhrak9QUVFEQWdOSkFEQkcKQWlFQWhmNHQvbFUzT3BvOUg4c3J4ZDNYY3FrK0Z0Q09sUTZiR0VDZzlWWVd3cUlDSVFDWDZkZG5Ob3ZEcEQ4MQpHMVlzTU5LWCtGUkFldmVMZ2hrWFNaeXdCd0tSd1E9PQotLS0tLUVORCBDRVJUSUZJQ0FURS0tLS0tCg==
             */
            "certificate-authority-data"?: string;
            /**
             * @description True for `externalCluster`, whose server certificate is not verified; absent or false elsewhere.
             * @example true
             */
            "insecure-skip-tls-verify"?: boolean;
            /**
             * Format: uri
             * @description Address of the API server, as a URL.
             * @example https://192.168.1.7:5443
             */
            server: string;
        };
        /** @description The validity of a certificate, by at least one of the two fields. If both are given, `expire_at` wins. */
        ClusterCertDuration: {
            /**
             * @description Days, from 1; -1 requests the maximum, and 0 is invalid. Clouds differ in the maximum: 1825 days, or five calendar years, which are 1826 or 1827 days; 1827 requests these too.
             * @example 30
             */
            duration?: number;
            /**
             * @description The end of the certificate, from 15 minutes to five years ahead.
             * @example 2030-01-01 16:00:00 +0000 UTC
             */
            expire_at?: string;
        };
        /** @description The owner of the certificates to end, by exactly one of the two fields. */
        ClusterCertRevocation: {
            /**
             * @description ID of the agency, if the provider has agencies.
             * @example 5a1b6c2d0d0f4a639d7c2f1e3d4c5b6a
             */
            agencyId?: string;
            /**
             * @description ID of the user.
             * @example a4a5d4098fb4474fa22cd05f897d6b99
             */
            userId?: string;
        };
        /** @description A cluster, as far as clients read it. */
        ClusterDescription: {
            /**
             * @description Version of the API. Always `v3`.
             * @example v3
             * @enum {string}
             */
            apiVersion: "v3";
            /**
             * @description Kind of the object. Always `Cluster`.
             * @example Cluster
             * @enum {string}
             */
            kind: "Cluster";
            /** @description Name and ID of the cluster. */
            metadata: {
                /**
                 * @description Name of the cluster.
                 * @example demo
                 */
                name: string;
                /**
                 * @description ID of the cluster.
                 * @example 1df09f9a-5b9e-11ef-8f52-0255ac10003e
                 */
                uid: string;
            };
            /** @description The specification of the cluster; this provider knows the kind of cluster only. */
            spec: {
                /**
                 * @description Network of the containers, of Turbo clusters. Always present and empty, for the same reason.
                 * @example {}
                 */
                eniNetwork: Record<string, unknown>;
                /**
                 * @description Network of the nodes. Always present, because clients read its fields; this provider knows none of them.
                 * @example {}
                 */
                hostNetwork: Record<string, unknown>;
                /**
                 * @description Network of the services. Always present and empty, for the same reason.
                 * @example {}
                 */
                serviceNetwork: Record<string, unknown>;
                /**
                 * @description Kind of the cluster's nodes.
                 * @example VirtualMachine
                 */
                type: string;
            };
            /** @description State of the cluster. */
            status: {
                /** @description Addresses of the API server, in both forms that clients read: an entry for each with `url` and `type`, and in the first entry all of them under separate names. Without an address, as for a cluster that is being created, one entry has an empty `url`, because clients read the first one. */
                endpoints: {
                    /**
                     * @description In the first entry, the public address (EIP), if there is one.
                     * @example https://203.0.113.8:5443
                     */
                    external?: string;
                    /**
                     * @description In the first entry, the public address under Open Telekom Cloud's name, if there is one.
                     * @example https://203.0.113.8:5443
                     */
                    external_otc?: string;
                    /**
                     * @description In the first entry, the address inside the cloud's network, as a URL; empty while there is none.
                     * @example https://192.168.1.7:5443
                     */
                    internal?: string;
                    /**
                     * @description `Internal`, or `External` for a public address (EIP).
                     * @example Internal
                     */
                    type: string;
                    /**
                     * @description Address of the API server, as a URL; empty while there is none.
                     * @example https://192.168.1.7:5443
                     */
                    url: string;
                }[];
                /**
                 * @description State of the cluster in one word; `Available` if it can have certificates.
                 * @example Available
                 */
                phase: string;
            };
        };
        /** @description The clusters of a project. */
        ClusterList: {
            /**
             * @description Version of the API. Always `v3`.
             * @example v3
             * @enum {string}
             */
            apiVersion: "v3";
            /** @description The clusters, sorted by ID. */
            items: components["schemas"]["ClusterDescription"][];
            /**
             * @description Kind of the object. Always `List`.
             * @example List
             * @enum {string}
             */
            kind: "List";
        };
        /**
         * @description `internalCluster` is the address inside the cloud's network. Only with a public address (EIP): `externalCluster` is reached without verifying the server's certificate, `externalClusterTLSVerify` with verifying it.
         * @example internalCluster
         * @enum {string}
         */
        ClusterName: "internalCluster" | "externalCluster" | "externalClusterTLSVerify";
        /** @description A pair of cluster and credential (Table 9). */
        Context: {
            /** @description The `name` of an entry of `clusters`. */
            cluster: components["schemas"]["ClusterName"];
            /**
             * @description The `name` of an entry of `users`.
             * @example user
             * @enum {string}
             */
            user: "user";
        };
        /**
         * @description `internal` stands for `internalCluster`. Only with a public address (EIP), there are also `external` for `externalCluster` and `externalTLSVerify` for `externalClusterTLSVerify`.
         * @example internal
         * @enum {string}
         */
        ContextName: "internal" | "external" | "externalTLSVerify";
        /** @description Body of every error response: a Kubernetes Status object, merged with the documented pair `errorCode` and `errorMessage` and with the pair `error_code` and `error_msg` that the vendors' SDKs read. */
        ErrorStatus: {
            /**
             * @description Version of the Status format. Always `v1`.
             * @example v1
             * @enum {string}
             */
            apiVersion: "v1";
            /**
             * @description The HTTP status.
             * @example 404
             */
            code: number;
            /**
             * @description The same as `errorCode`, or a number of the older series that some providers send.
             * @example CCE.01404001
             */
            error_code: string;
            /**
             * @description The same as `message`.
             * @example cluster '1df09f9a-5b9e-11ef-8f52-0255ac10003e' does not exist in this project
             */
            error_msg: string;
            /**
             * @description The documented error code. Codes are documented for the statuses 400, 401, 403, 404, 429 and 500 only; other statuses carry the general code of their class, `CCE.01400001` or `CCE.01500001`.
             * @example CCE.01404001
             */
            errorCode: string;
            /**
             * @description The documented sentence of `errorCode`.
             * @example Resource not found.
             */
            errorMessage: string;
            /**
             * @description Kind of the object. Always `Status`.
             * @example Status
             * @enum {string}
             */
            kind: "Status";
            /**
             * @description What was wrong with this request, in one line.
             * @example cluster '1df09f9a-5b9e-11ef-8f52-0255ac10003e' does not exist in this project
             */
            message: string;
            /**
             * @description Unused; an empty object.
             * @example {}
             */
            metadata: Record<string, unknown>;
            /**
             * @description The HTTP status in one word, as Kubernetes spells it.
             * @example NotFound
             */
            reason: string;
            /**
             * @description Always `Failure`.
             * @example Failure
             * @enum {string}
             */
            status: "Failure";
        };
        /** @description A kubeconfig file, version v1 (Table 3). */
        Kubeconfig: {
            /**
             * @description Version of the kubeconfig format. Always `v1`.
             * @example v1
             * @enum {string}
             */
            apiVersion: "v1";
            /** @description The ways to reach the cluster's API server, the internal one first. One entry without a public address (EIP); with one, `externalCluster` and `externalClusterTLSVerify` follow, in this order. */
            clusters: components["schemas"]["NamedCluster"][];
            /** @description One context for each entry of `clusters`, in the same order. */
            contexts: components["schemas"]["NamedContext"][];
            /** @description Name of the default context. `external` where the cluster has a public address (EIP), otherwise `internal`. */
            "current-context": components["schemas"]["ContextName"];
            /**
             * @description Kind of the object. Always `Config`.
             * @example Config
             * @enum {string}
             */
            kind: "Config";
            /**
             * @description Unused; an empty object if present.
             * @example {}
             */
            preferences?: Record<string, unknown> | null;
            /** @description The one credential of the caller. */
            users: components["schemas"]["NamedUser"][];
        };
        /** @description An API server address with its name (Table 4). */
        NamedCluster: {
            cluster: components["schemas"]["Cluster"];
            name: components["schemas"]["ClusterName"];
        };
        /** @description A pair of cluster and credential with its name (Table 8). */
        NamedContext: {
            context: components["schemas"]["Context"];
            name: components["schemas"]["ContextName"];
        };
        /** @description A credential with its name (Table 6). */
        NamedUser: {
            /**
             * @description Name of the entry. Always `user`.
             * @example user
             * @enum {string}
             */
            name: "user";
            user: components["schemas"]["User"];
        };
        /** @description The caller's client certificate and its private key (Table 7). */
        User: {
            /**
             * Format: byte
             * @description X.509 client certificate, base64 of PEM.
             * @example LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJ6akNDQVhTZ0F3SUJBZ0lVUHdHY1poc3ZISUg3cW01T2M5QjdnSHlIQ1BBd0NnWUlLb1pJemowRUF3SXcKRlRFVE1CRUdBMVVFQXd3S2EzVmlaWEp1WlhSbGN6QWdGdzB5TmpFeE1qY3dOREl3TlRoYUdBOHlNRFUwTURReApOREEwTWpBMU9Gb3dRREVUTUJFR0ExVUVDZ3dLWkdWMlpXeHZjR1Z5Y3pFcE1DY0dBMVVFQXd3Z1lUUmhOV1EwCk1EazRabUkwTkRjMFptRXlNbU5rTURWbU9EazNaRFppT1Rrd1dUQVRCZ2NxaGtqT1BRSUJCZ2dxaGtqT1BRTUIKQndOQ0FBUlVvbWlzNVJKMm4yWU1peEhEdTlObzFramk0UHhvclBrVldiNFREcVRHYXZUWjhlRTN0U2JOSG1PUwp1anNLbm5RUnhhZHVicUxic1dqbWo2NlhndWxkbzNVd2N6QU1CZ05WSFJNQkFmOEVBakFBTUE0R0ExVWREd0VCCi93UUVBd0lIZ0RBVEJnTlZIU1VFRERBS0JnZ3JCZ0VGQlFjREFqQWRCZ05WSFE0RUZnUVVkbUZrYVhReTIxNVAKWUVwNWJWODFqUnhWRTlvd0h3WURWUjBqQkJnd0ZvQVU2c0lpYWMwWFFzYjNlaTJBYlhCdUFvamFhVmd3Q2dZSQpLb1pJemowRUF3SURTQUF3UlFJZ2VYa012M2hkOEFnMWFNK3diNG1ENVhkRjJrYnhua1RrREJqQ3FhMFhmM1VDCklRREFLN3NMOFAwdVJjNDByVGVTUFM3c2pTVlQwS2lkczBDQ3REemFhVGhDVWc9PQotLS0tLUVORCBDRVJUSUZJQ0FURS0tLS0tCg==
             */
            "client-certificate-data": string;
            /**
             * Format: byte
             * @description Private key that fits the client certificate, base64 of PEM. Secret.
             * @example LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1JR0hBZ0VBTUJNR0J5cUdTTTQ5QWdFR0NDcUdTTTQ5QXdFSEJHMHdhd0lCQVFRZ0RwSHUrK1VjeGNFTzREYngKN3ROUHhvZnZQRFlOTGRrL3VjUVRqMzBvR3NpaFJBTkNBQVJVb21pczVSSjJuMllNaXhIRHU5Tm8xa2ppNFB4bwpyUGtWV2I0VERxVEdhdlRaOGVFM3RTYk5IbU9TdWpzS25uUVJ4YWR1YnFMYnNXam1qNjZYZ3VsZAotLS0tLUVORCBQUklWQVRFIEtFWS0tLS0tCg==
             */
            "client-key-data": string;
        };
    };
    responses: {
        /** @description The request is malformed, or its Content-Type is not one of the documented two. */
        BadRequest: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorStatus"];
            };
        };
        /** @description The state of the cluster does not allow it; the message says why. */
        Conflict: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorStatus"];
            };
        };
        /** @description The request has a body that is larger than the provider accepts. */
        ContentTooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorStatus"];
            };
        };
        /** @description The caller is known but may not do this, for example because the token is for another project. */
        Forbidden: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorStatus"];
            };
        };
        /** @description The headers of the request are larger than the provider accepts. */
        HeadersTooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorStatus"];
            };
        };
        /** @description The provider failed. The body has no details; the provider's log has them, under the ID of the request. */
        InternalError: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorStatus"];
            };
        };
        /** @description The path does not offer this method. */
        MethodNotAllowed: {
            headers: {
                Allow: components["headers"]["Allow"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorStatus"];
            };
        };
        /** @description The header Accept excludes application/json, the only media type of the responses. */
        NotAcceptable: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorStatus"];
            };
        };
        /** @description There is no such cluster in the project, or no such path. */
        NotFound: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorStatus"];
            };
        };
        /** @description The request did not arrive whole in time. */
        RequestTimeout: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorStatus"];
            };
        };
        /** @description The provider, or a service it depends on, is not available for the moment. */
        ServiceUnavailable: {
            headers: {
                "Retry-After": components["headers"]["Retry-After"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorStatus"];
            };
        };
        /** @description The caller has sent too many requests, or another request holds the resource. */
        TooManyRequests: {
            headers: {
                "Retry-After": components["headers"]["Retry-After"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorStatus"];
            };
        };
        /** @description The caller is not known, because authentication is missing, wrong or out of date. */
        Unauthorized: {
            headers: {
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorStatus"];
            };
        };
    };
    parameters: {
        /**
         * @description ID of the cluster (Table 1). A UUID, or the same 32 hexadecimal digits without dashes where a cloud issues those.
         * @example 1df09f9a-5b9e-11ef-8f52-0255ac10003e
         */
        ClusterId: string;
        /**
         * @description ID of the project that the cluster belongs to (Table 1), as the identity service issues it.
         * @example 77b6a44cba5143ab91d13ab9a8ff44fd
         */
        ProjectId: string;
    };
    requestBodies: never;
    headers: {
        /**
         * @description The methods of the path.
         * @example GET
         */
        Allow: string;
        /**
         * @description ID of the port of the cluster's control-plane node, if the provider has one.
         * @example 5a1b6c2d-0d0f-4a63-9d7c-2f1e3d4c5b6a
         */
        "Port-ID": string;
        /**
         * @description Whole seconds to wait before repeating the request.
         * @example 30
         */
        "Retry-After": string;
        /**
         * @description The ways of authentication that the provider accepts (RFC 9110, section 11.6.1).
         * @example X-Auth-Token realm="cce", SDK-HMAC-SHA256 realm="cce"
         */
        "WWW-Authenticate": string;
        /**
         * @description ID of this request in the provider's logs. A usable one in the request is returned.
         * @example 0b1f2c9e-6f0c-4d6f-8b0a-3c1b0a7f2d11
         */
        "X-Request-Id": string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listClusters: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the project that the cluster belongs to (Table 1), as the identity service issues it.
                 * @example 77b6a44cba5143ab91d13ab9a8ff44fd
                 */
                project_id: components["parameters"]["ProjectId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The clusters of the project. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClusterList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getCluster: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the cluster (Table 1). A UUID, or the same 32 hexadecimal digits without dashes where a cloud issues those.
                 * @example 1df09f9a-5b9e-11ef-8f52-0255ac10003e
                 */
                cluster_id: components["parameters"]["ClusterId"];
                /**
                 * @description ID of the project that the cluster belongs to (Table 1), as the identity service issues it.
                 * @example 77b6a44cba5143ab91d13ab9a8ff44fd
                 */
                project_id: components["parameters"]["ProjectId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The cluster. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClusterDescription"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getClusterCert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the cluster (Table 1). A UUID, or the same 32 hexadecimal digits without dashes where a cloud issues those.
                 * @example 1df09f9a-5b9e-11ef-8f52-0255ac10003e
                 */
                cluster_id: components["parameters"]["ClusterId"];
                /**
                 * @description ID of the project that the cluster belongs to (Table 1), as the identity service issues it.
                 * @example 77b6a44cba5143ab91d13ab9a8ff44fd
                 */
                project_id: components["parameters"]["ProjectId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The certificates of the cluster (Table 10). */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Kubeconfig"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createClusterCert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the cluster (Table 1). A UUID, or the same 32 hexadecimal digits without dashes where a cloud issues those.
                 * @example 1df09f9a-5b9e-11ef-8f52-0255ac10003e
                 */
                cluster_id: components["parameters"]["ClusterId"];
                /**
                 * @description ID of the project that the cluster belongs to (Table 1), as the identity service issues it.
                 * @example 77b6a44cba5143ab91d13ab9a8ff44fd
                 */
                project_id: components["parameters"]["ProjectId"];
            };
            cookie?: never;
        };
        /** @description The validity of the certificate. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClusterCertDuration"];
            };
        };
        responses: {
            /** @description The certificates of the cluster. */
            200: {
                headers: {
                    "Port-ID": components["headers"]["Port-ID"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Kubeconfig"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    revokeClusterCert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the cluster (Table 1). A UUID, or the same 32 hexadecimal digits without dashes where a cloud issues those.
                 * @example 1df09f9a-5b9e-11ef-8f52-0255ac10003e
                 */
                cluster_id: components["parameters"]["ClusterId"];
                /**
                 * @description ID of the project that the cluster belongs to (Table 1), as the identity service issues it.
                 * @example 77b6a44cba5143ab91d13ab9a8ff44fd
                 */
                project_id: components["parameters"]["ProjectId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClusterCertRevocation"];
            };
        };
        responses: {
            /** @description The certificates are ended. The response has no body. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
}
