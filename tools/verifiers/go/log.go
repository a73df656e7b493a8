package main

// The log: every entry and every tile of it, and proofs made from its tiles.

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight     = 8
	tileWidth      = 1 << tileHeight
	tileBytes      = tileWidth * tlog.HashSize
	bundleBytesMax = tileWidth * (2 + 65535)
	entriesLevel   = -1
	sampleSize     = 16
)

// tilePath is the path of tlog without the height, and with the name of C2SP for entries.
func tilePath(tile tlog.Tile) string {
	path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
	return strings.Replace(path, "tile/data/", "tile/entries/", 1)
}

// tileOf is the tile with item n of a level in a tree of that many items there.
func tileOf(level int, n, items int64) tlog.Tile {
	number := n / tileWidth
	width := items - number*tileWidth
	if width > tileWidth {
		width = tileWidth
	}
	return tlog.Tile{H: tileHeight, L: level, N: number, W: int(width)}
}

// readTile gives the tile that was found, which is the full one where a log that has grown no
// longer keeps the partial one.
func readTile(from source, tile tlog.Tile, limit int64) (tlog.Tile, []byte, error) {
	data, err := from.read(tilePath(tile), limit)
	found := tile
	if errors.Is(err, errMissing) && tile.W < tileWidth {
		found.W = tileWidth
		data, err = from.read(tilePath(found), limit)
	}
	switch {
	case errors.Is(err, errMissing):
		return tile, nil, fmt.Errorf("%s is missing", tilePath(tile))
	case err != nil:
		return tile, nil, err
	case int64(len(data)) > limit:
		return tile, nil, fmt.Errorf("%s is longer than %d bytes", tilePath(found), limit)
	}
	return found, data, nil
}

// readHashes gives the hashes of a tile, as many as the tile asked for has.
func readHashes(from source, tile tlog.Tile) ([]byte, error) {
	found, data, err := readTile(from, tile, tileBytes)
	if err != nil {
		return nil, err
	}
	if len(data) != found.W*tlog.HashSize {
		return nil, fmt.Errorf("%s is %d bytes long instead of %d", tilePath(found), len(data),
			found.W*tlog.HashSize)
	}
	return data[:tile.W*tlog.HashSize], nil
}

// readBundle gives the entries of a bundle, as many as the tile asked for has.
func readBundle(from source, tile tlog.Tile) ([][]byte, error) {
	found, data, err := readTile(from, tile, bundleBytesMax)
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(entries) < found.W {
		index := tile.N*tileWidth + int64(len(entries))
		if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
			return nil, fmt.Errorf("%s ends within entry %d", tilePath(found), index)
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		entries = append(entries, data[2:end])
		data = data[end:]
	}
	if len(data) > 0 {
		return nil, fmt.Errorf("%s has bytes after its last entry", tilePath(found))
	}
	return entries[:tile.W], nil
}

// latest holds the last complete subtree of 2^level entries for each level, which is all that tlog
// asks for when it appends an entry or computes the root.
type latest [64]tlog.Hash

func (l *latest) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		level, _ := tlog.SplitStoredHashIndex(index)
		hashes[i] = l[level]
	}
	return hashes, nil
}

// comparison compares hashes with those that are published; it holds one tile of each level.
type comparison struct {
	from  source
	size  int64
	tiles [64/tileHeight + 1][]byte
}

// compare checks the hash of the subtree number n among those of 256^level entries.
func (c *comparison) compare(level int, n int64, hash tlog.Hash) error {
	tile := tileOf(level, n, c.size>>(tileHeight*level))
	if n%tileWidth == 0 {
		data, err := readHashes(c.from, tile)
		if err != nil {
			return err
		}
		c.tiles[level] = data
	}
	index := tlog.StoredHashIndex(tileHeight*level, n)
	published, err := tlog.HashFromTile(tile, c.tiles[level], index)
	switch {
	case err != nil:
		return err
	case published == hash:
		return nil
	case level > 0:
		return fmt.Errorf("%s, hash %d: not that of the entries below it", tilePath(tile), n%tileWidth)
	}
	bundle := tileOf(entriesLevel, n, c.size)
	return fmt.Errorf("entry %d of %s does not have the hash in %s", n, tilePath(bundle),
		tilePath(tile))
}

// checkEntries reads every entry and every tile, and gives the hashes of a sample of the entries.
func checkEntries(from source, tree tlog.Tree) (map[int64]tlog.Hash, error) {
	sample := make(map[int64]tlog.Hash)
	for i := int64(0); i < sampleSize && tree.N > 0; i++ {
		sample[(tree.N-1)/(sampleSize-1)*i] = tlog.Hash{}
	}
	if tree.N > 0 {
		sample[tree.N-1] = tlog.Hash{}
	}
	var subtrees latest
	published := comparison{from: from, size: tree.N}
	for first := int64(0); first < tree.N; first += tileWidth {
		entries, err := readBundle(from, tileOf(entriesLevel, first, tree.N))
		if err != nil {
			return nil, err
		}
		for i, entry := range entries {
			index := first + int64(i)
			hashes, err := tlog.StoredHashes(index, entry, &subtrees)
			if err != nil {
				return nil, err
			}
			for level, hash := range hashes {
				subtrees[level] = hash
				if level%tileHeight != 0 {
					continue
				}
				if err := published.compare(level/tileHeight, index>>level, hash); err != nil {
					return nil, err
				}
			}
			if _, isSampled := sample[index]; isSampled {
				sample[index] = hashes[0]
			}
		}
	}
	root, err := rootOf(tree.N, &subtrees)
	if err == nil && root != tree.Hash {
		err = fmt.Errorf("checkpoint, line 3: the root is %s, that of the entries is %s",
			hexOf(tree.Hash), hexOf(root))
	}
	return sample, err
}

// rootOf: tlog and RFC 6962 do not agree on the root of nothing.
func rootOf(size int64, reader tlog.HashReader) (tlog.Hash, error) {
	if size == 0 {
		return sha256.Sum256(nil), nil
	}
	return tlog.TreeHash(size, reader)
}

func hexOf(hash tlog.Hash) string { return hex.EncodeToString(hash[:]) }

// publishedTiles lets tlog read the tiles for the proofs that it makes.
type publishedTiles struct{ from source }

func (publishedTiles) Height() int { return tileHeight }

func (t publishedTiles) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		var err error
		if data[i], err = readHashes(t.from, tile); err != nil {
			return nil, err
		}
	}
	return data, nil
}

func (publishedTiles) SaveTiles([]tlog.Tile, [][]byte) {}

// checkSample proves each entry of a sample from the published tiles. The proof is checked against
// the signed root, so that nothing rests on how well tlog vets the tiles that it reads.
func checkSample(tree tlog.Tree, tiles tlog.HashReader, sample map[int64]tlog.Hash) error {
	for index, hash := range sample {
		proof, err := tlog.ProveRecord(tree.N, index, tiles)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, hash); err != nil {
			return fmt.Errorf("entry %d is not proven by the tiles: %v", index, err)
		}
	}
	return nil
}

// checkKept proves from the published tiles that the tree continues that of a kept checkpoint.
func checkKept(tree, kept tlog.Tree, tiles tlog.HashReader, place string) error {
	rewritten := fmt.Errorf("the first %d entries are not those of %s: history was rewritten",
		kept.N, place)
	if kept.N == 0 {
		if kept.Hash != sha256.Sum256(nil) {
			return rewritten
		}
		return nil
	}
	proof, err := tlog.ProveTree(tree.N, kept.N, tiles)
	if err != nil {
		return err
	}
	if tlog.CheckTree(proof, tree.N, tree.Hash, kept.N, kept.Hash) != nil {
		return rewritten
	}
	return nil
}

// readCheckpoints gives the published checkpoint as it is and as it reads, and the kept one, if any.
func readCheckpoints(from source, keys keys, old string) ([]byte, checkpoint, *checkpoint, error) {
	data, err := from.read("checkpoint", checkpointBytesMax)
	if err != nil {
		return nil, checkpoint{}, nil, err
	}
	current, err := openCheckpoint(data, keys, "checkpoint")
	if err != nil || old == "" {
		return data, current, nil, err
	}
	keptData, err := readFile(old, checkpointBytesMax)
	if err != nil {
		return nil, checkpoint{}, nil, err
	}
	kept, err := openCheckpoint(keptData, keysOf(keys.old), old)
	if err == nil && kept.tree.N > current.tree.N {
		err = fmt.Errorf("the checkpoint has %d entries, %s has %d: the log has lost entries",
			current.tree.N, old, kept.tree.N)
	}
	return data, current, &kept, err
}

// runLog checks a whole log; old and keep are paths of checkpoints, or empty.
func runLog(from source, keys keys, old, keep string) error {
	data, current, kept, err := readCheckpoints(from, keys, old)
	if err != nil {
		return err
	}
	sample, err := checkEntries(from, current.tree)
	if err != nil {
		return err
	}
	tiles := tlog.TileHashReader(current.tree, publishedTiles{from})
	if err := checkSample(current.tree, tiles, sample); err != nil {
		return err
	}
	if kept != nil {
		if err := checkKept(current.tree, kept.tree, tiles, old); err != nil {
			return err
		}
	}
	if keep != "" {
		if err := keepFile(keep, data); err != nil {
			return err
		}
	}
	fmt.Printf("verified %s\n", current.origin)
	fmt.Printf("entries       %d, all read and hashed\n", current.tree.N)
	fmt.Printf("root          %s\n", hexOf(current.tree.Hash))
	fmt.Printf("cosignatures  %d of %d witnesses, quorum %d\n", current.cosignatures,
		len(keys.witnesses), keys.quorum)
	if kept != nil {
		fmt.Printf("continues     %s of %d entries\n", old, kept.tree.N)
	}
	return nil
}
