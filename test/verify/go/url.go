// What Go's net/url says of the texts on standard input: a JSON list of strings, answered by a JSON list of errors, which
// are empty for URLs.
package main

import (
	"encoding/json"
	"net/url"
	"os"
)

func main() {
	var texts []string
	if err := json.NewDecoder(os.Stdin).Decode(&texts); err != nil {
		panic(err)
	}
	all := []string{}
	for _, text := range texts {
		if _, err := url.Parse(text); err != nil {
			all = append(all, err.Error())
		} else {
			all = append(all, "")
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(all); err != nil {
		panic(err)
	}
}
