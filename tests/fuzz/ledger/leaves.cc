// The proof of many leaves: size (8 bytes, little endian), number of leaves (1), their indexes (8
// each), and behind them hashes. Any hashes give a root or nothing; those of a real tree give its
// root, and with one more or one less they give nothing.
#include <algorithm>
#include <cstring>

#include "ledger/leaves_proof.h"
#include "ledger/merkle.h"
#include "tests/fuzz/target.h"

namespace kinledger::fuzz {
namespace {

using namespace ledger;

constexpr std::size_t tree_max = 300;

class Input {
 public:
  explicit Input(ByteView bytes) : bytes_(bytes) {}

  template <class Value>
  Value take() {
    Value value{};
    const auto size = std::min(bytes_.size(), sizeof value);
    std::memcpy(&value, bytes_.data(), size);
    bytes_ = bytes_.subspan(size);
    return value;
  }
  std::size_t left() const { return bytes_.size(); }

 private:
  ByteView bytes_;
};

Hash leaf(std::uint64_t index) { return leaf_hash(as_bytes(std::to_string(index))); }

std::vector<Hash> leaves_below(std::uint64_t begin, std::uint64_t end) {
  std::vector<Hash> leaves;
  for (auto i = begin; i < end; ++i) leaves.push_back(leaf(i));
  return leaves;
}

void of_a_real_tree(const std::vector<Sequence>& indexes, TreeSize size) {
  const auto proof = prove_leaves(indexes, size, [](Subtree subtree) -> Result<Hash> {
    const auto begin = subtree.index << subtree.level;
    return fold(leaves_below(begin, begin + (std::uint64_t{1} << subtree.level)));
  });
  if (!proof) return;
  std::vector<PlacedLeaf> leaves;
  for (const auto index : indexes) leaves.push_back({index, leaf(index.value)});
  TreeEdge edge;
  edge.append(leaves_below(0, size.value));
  auto hashes = *proof;
  invariant(root_of_leaves(leaves, hashes, size) == edge.head().root);
  hashes.emplace_back();
  invariant(!root_of_leaves(leaves, hashes, size));
  if (proof->empty()) return;
  hashes.resize(proof->size() - 1);
  invariant(!root_of_leaves(leaves, hashes, size));
}

}  // namespace

void leaves(ByteView bytes) {
  Input input(bytes);
  const TreeSize size{input.take<std::uint64_t>()};
  std::vector<PlacedLeaf> placed(input.take<std::uint8_t>() % 16);
  std::vector<Sequence> indexes;
  for (auto& one : placed) {
    one.index = {input.take<std::uint64_t>()};
    one.hash = leaf(one.index.value);
    indexes.push_back({one.index.value % tree_max});
  }
  std::vector<Hash> proof;
  while (input.left() > 0) proof.push_back(input.take<Hash>());
  (void)root_of_leaves(placed, proof, size);
  of_a_real_tree(indexes, {size.value % tree_max});
}

const Registered registered_leaves({"leaves", leaves, 4'000});

}  // namespace kinledger::fuzz
