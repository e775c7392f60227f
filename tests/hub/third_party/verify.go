// Verify checks a ledger, and a hub that stands on it, with nothing of Seawall: the formats are those of C2SP, read by
// golang.org/x/mod/sumdb/note and tlog, the code behind Go's checksum database. Bodies without control characters only.
//
//	verify KEY LEDGER OLDER-CHECKPOINT HUB
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tag = "seawall/entry/1\x00"

func must(err error, where string) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", where, err)
		os.Exit(1)
	}
}

func check(holds bool, where, what string) {
	if !holds {
		must(errors.New(what), where)
	}
}

func read(name string) []byte {
	held, err := os.ReadFile(name)
	must(err, name)
	return held
}

// checkpoint opens a signed note and reads the state of the log in it (c2sp.org/tlog-checkpoint).
func checkpoint(held []byte, key note.Verifier, where string) tlog.Tree {
	opened, err := note.Open(held, note.VerifierList(key))
	must(err, where)
	lines := strings.Split(opened.Text, "\n")
	check(len(lines) >= 4 && lines[0] == key.Name(), where, "this is no checkpoint of "+key.Name())
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err, where)
	root, err := tlog.ParseHash(lines[2])
	must(err, where)
	return tlog.Tree{N: size, Hash: root}
}

// tiles reads from the paths of c2sp.org/tlog-tiles. Whoever asks checks each tile against the signed root.
type tiles string

func (folder tiles) Height() int                     { return 8 }
func (folder tiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (folder tiles) ReadTiles(asked []tlog.Tile) (held [][]byte, err error) {
	for _, each := range asked {
		held = append(held, read(filepath.Join(string(folder), "tile", strings.TrimPrefix(each.Path(), "tile/8/"))))
	}
	return held, nil
}

// entries proves every entry of every bundle under the root.
func entries(folder string, tree tlog.Tree, hashes tlog.HashReader) {
	for first := int64(0); first < tree.N; first += 256 {
		bundle := tlog.Tile{H: 8, L: 0, N: first / 256, W: 256}
		if tree.N-first < 256 {
			bundle.W = int(tree.N - first)
		}
		path := filepath.Join(folder, "tile/entries", strings.TrimPrefix(bundle.Path(), "tile/8/0/"))
		held := read(path)
		for index := first; index < first+int64(bundle.W); index++ {
			check(len(held) >= 2 && len(held) >= 2+int(held[0])<<8+int(held[1]), path, "the bundle ends early")
			end := 2 + int(held[0])<<8 + int(held[1])
			proof, err := tlog.ProveRecord(tree.N, index, hashes)
			must(err, path)
			must(tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(held[2:end])), path)
			held = held[end:]
		}
		check(len(held) == 0, path, "the bundle holds more than its entries")
	}
}

// opened checks a proof file (c2sp.org/tlog-proof) and returns the body of the record that it opens.
func opened(path string, key note.Verifier) map[string]any {
	head, signed, _ := strings.Cut(string(read(path)), "\n\n")
	lines := strings.Split(head, "\n")
	check(len(lines) >= 3 && lines[0] == "c2sp.org/tlog-proof@v1", path, "this is no proof file")
	tree := checkpoint([]byte(signed), key, path)
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	must(err, path)
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		must(err, path)
		proof = append(proof, hash)
	}
	extra, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	must(err, path)
	var told map[string]map[string]any
	numbers := json.NewDecoder(bytes.NewReader(extra))
	numbers.UseNumber()
	must(numbers.Decode(&told), path)
	salt, err := hex.DecodeString(told["record"]["salt"].(string))
	must(err, path)
	stated := told["record"]["body"].(map[string]any)
	var body bytes.Buffer
	canonical := json.NewEncoder(&body) // sorted names, no spaces
	canonical.SetEscapeHTML(false)
	must(canonical.Encode(stated), path)
	sum := sha256.Sum256([]byte(tag + string(salt) + strings.TrimSuffix(body.String(), "\n")))
	must(tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash([]byte(tag+string(sum[:])))), path)
	return stated
}

// hub checks the proof of an edition, every file against the manifest that its record states, and every other proof.
func hub(folder string, key note.Verifier) int {
	digest := func(path string) string { return fmt.Sprintf("%x", sha256.Sum256(read(filepath.Join(folder, path)))) }
	edition := opened(filepath.Join(folder, "manifest.tlog-proof"), key)
	check(edition["digest"] == digest("manifest.json"), "manifest.json", "this is not what the ledger states")
	var manifest struct {
		Files []struct{ Path, Sha256 string }
	}
	must(json.Unmarshal(read(filepath.Join(folder, "manifest.json")), &manifest), "manifest.json")
	for _, each := range manifest.Files {
		check(each.Sha256 == digest(each.Path), each.Path, "this is not what the manifest lists")
		if strings.HasPrefix(each.Path, "records/") {
			opened(filepath.Join(folder, each.Path), key)
		}
	}
	return len(manifest.Files)
}

func main() {
	key, err := note.NewVerifier(os.Args[1])
	must(err, "key")
	folder := os.Args[2]
	tree := checkpoint(read(filepath.Join(folder, "checkpoint")), key, "checkpoint")
	hashes := tlog.TileHashReader(tree, tiles(folder))
	entries(folder, tree, hashes)
	before := checkpoint(read(os.Args[3]), key, os.Args[3])
	proof, err := tlog.ProveTree(tree.N, before.N, hashes)
	must(err, os.Args[3])
	must(tlog.CheckTree(proof, tree.N, tree.Hash, before.N, before.Hash), os.Args[3])
	files := hub(os.Args[4], key)
	fmt.Printf("%d entries, %d files hold\n", tree.N, files)
}
