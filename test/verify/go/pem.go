// What Go's encoding/pem makes of the texts on standard input: a JSON list of base64, answered by a JSON list of blocks.
package main

import (
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"os"
)

type block struct {
	Label      string `json:"label"`
	HasHeaders bool   `json:"hasHeaders"`
	Der        string `json:"der"`
}

func main() {
	var texts [][]byte
	if err := json.NewDecoder(os.Stdin).Decode(&texts); err != nil {
		panic(err)
	}
	all := [][]block{}
	for _, rest := range texts {
		blocks := []block{}
		for {
			var one *pem.Block
			one, rest = pem.Decode(rest)
			if one == nil {
				break
			}
			if len(one.Bytes) > 0 {
				blocks = append(blocks, block{one.Type, len(one.Headers) > 0, hex.EncodeToString(one.Bytes)})
			}
		}
		all = append(all, blocks)
	}
	if err := json.NewEncoder(os.Stdout).Encode(all); err != nil {
		panic(err)
	}
}
