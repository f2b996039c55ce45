// client-go's verdicts on kubeconfigs: one per line of standard input, as JSON; one verdict per line of standard
// output.
package main

import (
	"bufio"
	"encoding/json"
	"os"
	"time"

	"k8s.io/client-go/discovery"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/yaml"
)

type question struct {
	// Where a kubeconfig lies.
	File string `json:"file"`
	// Its bytes, in place of those of the file.
	Content []byte `json:"content"`
	// Only read as YAML.
	YAML bool `json:"yaml"`
	// Only loaded, without calling a server.
	Load bool `json:"load"`
}

type verdict struct {
	// What it says as JSON, for a question about YAML.
	Value json.RawMessage `json:"value,omitempty"`
	// Why it does not load.
	LoadError string `json:"loadError,omitempty"`
	// Why the server cannot be asked for its version.
	CallError string `json:"callError,omitempty"`
}

func judge(asked question) verdict {
	if asked.Content == nil && asked.File != "" {
		content, err := os.ReadFile(asked.File)
		if err != nil {
			return verdict{LoadError: err.Error()}
		}
		asked.Content = content
	}
	if asked.YAML {
		value, err := yaml.YAMLToJSON(asked.Content)
		if err != nil {
			return verdict{LoadError: err.Error()}
		}
		return verdict{Value: value}
	}
	config, err := clientcmd.Load(asked.Content)
	if err != nil {
		return verdict{LoadError: err.Error()}
	}
	if asked.Load {
		return verdict{}
	}
	for _, cluster := range config.Clusters {
		cluster.LocationOfOrigin = asked.File
	}
	for _, user := range config.AuthInfos {
		user.LocationOfOrigin = asked.File
	}
	if err := clientcmd.ResolveLocalPaths(config); err != nil {
		return verdict{CallError: err.Error()}
	}
	if err := call(clientcmd.NewDefaultClientConfig(*config, &clientcmd.ConfigOverrides{})); err != nil {
		return verdict{CallError: err.Error()}
	}
	return verdict{}
}

func call(kubeconfig clientcmd.ClientConfig) error {
	config, err := kubeconfig.ClientConfig()
	if err != nil {
		return err
	}
	config.Timeout = 5 * time.Second
	client, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return err
	}
	_, err = client.ServerVersion()
	return err
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			panic(err)
		}
		if err := out.Encode(judge(asked)); err != nil {
			panic(err)
		}
	}
}
