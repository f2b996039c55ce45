// gophertelekomcloud, the Go SDK of the Open Telekom Cloud, as an interop client.
module clustercert

go 1.21

require github.com/opentelekomcloud/gophertelekomcloud v0.9.7

require gopkg.in/yaml.v2 v2.3.0 // indirect
