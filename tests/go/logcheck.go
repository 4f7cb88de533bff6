// logcheck answers questions about logs with Go's own packages for transparent logs (golang.org/x/mod/sumdb).
// It reads one JSON question a line and writes one JSON answer a line.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8

type question struct {
	Ask     string   `json:"ask"`
	Key     string   `json:"key"`
	Note    []byte   `json:"note"`
	Size    int64    `json:"size"`
	Root    []byte   `json:"root"`
	OldSize int64    `json:"old_size"`
	OldRoot []byte   `json:"old_root"`
	Index   int64    `json:"index"`
	Leaf    []byte   `json:"leaf"`
	Proof   [][]byte `json:"proof"`
	Folder  string   `json:"folder"`
}

type answer struct {
	Accepts bool     `json:"accepts"`
	Why     string   `json:"why"`
	Text    string   `json:"text"`
	Leaves  [][]byte `json:"leaves"`
}

func main() {
	questions := bufio.NewReaderSize(os.Stdin, 1<<20)
	answers := json.NewEncoder(os.Stdout)
	for {
		line, err := questions.ReadBytes('\n')
		if err != nil {
			return
		}
		var asked question
		if err := json.Unmarshal(line, &asked); err != nil {
			panic(err)
		}
		given, err := reply(asked)
		given.Accepts = err == nil
		if err != nil {
			given.Why = err.Error()
		}
		if err := answers.Encode(given); err != nil {
			return
		}
	}
}

func reply(asked question) (answer, error) {
	switch asked.Ask {
	case "note":
		return openNote(asked)
	case "inclusion":
		proof, err := hashes(asked.Proof)
		if err != nil {
			return answer{}, err
		}
		return answer{}, tlog.CheckRecord(proof, asked.Size, hash(asked.Root), asked.Index, hash(asked.Leaf))
	case "consistency":
		proof, err := hashes(asked.Proof)
		if err != nil {
			return answer{}, err
		}
		return answer{}, tlog.CheckTree(proof, asked.Size, hash(asked.Root), asked.OldSize, hash(asked.OldRoot))
	case "tiles":
		return readTiles(asked)
	}
	return answer{}, fmt.Errorf("no question %q", asked.Ask)
}

func openNote(asked question) (answer, error) {
	verifier, err := note.NewVerifier(asked.Key)
	if err != nil {
		return answer{}, err
	}
	opened, err := note.Open(asked.Note, note.VerifierList(verifier))
	if err != nil {
		return answer{}, err
	}
	return answer{Text: opened.Text}, nil
}

// readTiles gives the hashes of all leaves, read through Go's client for tiles.
//
// The client of golang.org/x/mod 0.7 does not check every tile against its parent (it starts counting at the number of
// subtrees, not of their tiles). So Go also builds all tiles anew from these leaves and compares them with the files.
func readTiles(asked question) (answer, error) {
	tree := tlog.Tree{N: asked.Size, Hash: hash(asked.Root)}
	indexes := make([]int64, asked.Size)
	for i := range indexes {
		indexes[i] = tlog.StoredHashIndex(0, int64(i))
	}
	leaves, err := tlog.TileHashReader(tree, folder(asked.Folder)).ReadHashes(indexes)
	if err != nil {
		return answer{}, err
	}
	var given answer
	var stored memory
	for i, leaf := range leaves {
		given.Leaves = append(given.Leaves, append([]byte{}, leaf[:]...))
		more, err := tlog.StoredHashesForRecordHash(int64(i), leaf, &stored)
		if err != nil {
			return answer{}, err
		}
		stored = append(stored, more...)
	}
	root, err := tlog.TreeHash(asked.Size, &stored)
	if err != nil {
		return answer{}, err
	}
	if root != tree.Hash {
		return answer{}, fmt.Errorf("the leaves lead to another root")
	}
	for _, tile := range tlog.NewTiles(tileHeight, 0, asked.Size) {
		width := (asked.Size >> (tileHeight * tile.L)) % (1 << tileHeight)
		if tile.W < 1<<tileHeight && int64(tile.W) != width {
			continue // a narrower tile of a smaller log
		}
		due, err := tlog.ReadTileData(tile, &stored)
		if err != nil {
			return answer{}, err
		}
		found, err := folder(asked.Folder).ReadTiles([]tlog.Tile{tile})
		if err != nil {
			return answer{}, err
		}
		if !bytes.Equal(due, found[0]) {
			return answer{}, fmt.Errorf("%s holds other hashes than Go makes", tile.Path())
		}
	}
	return given, nil
}

// memory holds hashes in the order in which Go stores them.
type memory []tlog.Hash

func (m *memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, index := range indexes {
		found = append(found, (*m)[index])
	}
	return found, nil
}

// folder reads tiles from a folder. Go writes the height of a tile into its path, C2SP tlog-tiles does not.
type folder string

func (folder) Height() int { return tileHeight }

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight), "tile/", 1)
		data, err := os.ReadFile(filepath.Join(string(f), path))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

func (folder) SaveTiles([]tlog.Tile, [][]byte) {}

func hashes(from [][]byte) ([]tlog.Hash, error) {
	var to []tlog.Hash
	for _, one := range from {
		if len(one) != tlog.HashSize {
			return nil, fmt.Errorf("a hash of %d bytes", len(one))
		}
		to = append(to, hash(one))
	}
	return to, nil
}

func hash(from []byte) (to tlog.Hash) {
	copy(to[:], from)
	return to
}
