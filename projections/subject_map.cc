#include "projections/subject_map.h"

#include <algorithm>
#include <string_view>

#include "ledger/crypto.h"

namespace kinledger::projections {
namespace {

using ledger::as_bytes;
using ledger::ByteView;
using ledger::Hash;

constexpr std::string_view key_domain{"kinledger/subject/v1\0", 21};

std::array<std::uint8_t, 8> big_endian(std::uint64_t number) {
  std::array<std::uint8_t, 8> bytes;
  number = __builtin_bswap64(number);
  std::memcpy(bytes.data(), &number, sizeof number);
  return bytes;
}

Hash leaf_bytes_hash(const MapLeaf& leaf) {
  std::array<std::uint8_t, 64> bytes;
  std::ranges::copy(leaf.key.bytes, bytes.begin());
  std::ranges::copy(leaf.events.bytes, bytes.begin() + 32);
  return ledger::leaf_hash(bytes);
}

}  // namespace

MapKey map_key(const SubjectEvents& of) {
  const std::uint8_t kind = static_cast<std::uint8_t>(of.subject.kind);
  const std::uint8_t aspect = static_cast<std::uint8_t>(of.aspect);
  return ledger::sha256(
      {as_bytes(key_domain), ByteView(&kind, 1), ByteView(of.subject.id), ByteView(&aspect, 1)});
}

void EventChain::add(ledger::Sequence sequence, const Hash& leaf) {
  ++count;
  link = ledger::sha256({ByteView(link.bytes), big_endian(sequence.value), ByteView(leaf.bytes)});
}

unsigned bucket_of(const MapKey& key) {
  return static_cast<unsigned>(key.bytes[0]) << 8 | key.bytes[1];
}

MapLeaf map_leaf(const MapKey& key, const EventChain& chain) {
  return {key, ledger::sha256({big_endian(chain.count), ByteView(chain.link.bytes)})};
}

Hash bucket_root(std::span<const MapLeaf> leaves) {
  invariant(std::ranges::is_sorted(leaves, {}, &MapLeaf::key));
  std::vector<Hash> hashes;
  hashes.reserve(leaves.size());
  for (const auto& leaf : leaves) hashes.push_back(leaf_bytes_hash(leaf));
  ledger::TreeEdge edge;
  edge.append(hashes);
  return edge.root();
}

bool is_shown(const MapKey& key, const EventChain& chain, const MapProof& proof, const Hash& root) {
  const auto bucket = bucket_of(key);
  // Equal keys would let one be shown and the other hidden.
  const auto is_before = [](const MapLeaf& a, const MapLeaf& b) { return a.key < b.key; };
  for (std::size_t i = 0; i < proof.bucket.size(); ++i) {
    if (bucket_of(proof.bucket[i].key) != bucket) return false;
    if (i > 0 && !is_before(proof.bucket[i - 1], proof.bucket[i])) return false;
  }
  const auto found = std::ranges::find(proof.bucket, key, &MapLeaf::key);
  if (chain.count == 0 ? found != proof.bucket.end()
                       : found == proof.bucket.end() || *found != map_leaf(key, chain))
    return false;
  const auto bucket_hash = ledger::leaf_hash(ByteView(bucket_root(proof.bucket).bytes));
  return ledger::verify_inclusion({bucket}, bucket_hash, proof.path, {{map_buckets}, root});
}

}  // namespace kinledger::projections
