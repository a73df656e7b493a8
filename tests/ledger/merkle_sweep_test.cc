// Every proof of every tree up to 600 leaves, against RFC 6962 section 2.1 word for word; and a
// list of some of them for other programs to check.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

#include "ledger/merkle.h"
#include "tests/ledger/worked_example.h"

namespace kinledger::ledger {
namespace {

constexpr std::size_t swept_size_max = 600;  // two tiles and some

std::size_t split(std::size_t size) {
  std::size_t k = 1;
  while (k * 2 < size) k *= 2;
  return k;
}

/// MTH, PATH and PROOF as the RFC writes them, over D[begin:end]. Only that no hash is computed
/// twice is ours.
class NaiveTree {
 public:
  const Hash& leaf(std::size_t index) const { return leaves_[index]; }
  TreeHead head(std::size_t size) { return {{size}, mth(0, size)}; }

  const Hash& mth(std::size_t begin, std::size_t end) {
    if (end - begin == 1) return leaves_[begin];
    auto& known = known_[begin * (swept_size_max + 1) + end];
    if (!known) {
      const auto k = begin + split(end - begin);
      known = node_hash(mth(begin, k), mth(k, end));
    }
    return *known;
  }

  std::vector<Hash> path(std::size_t m, std::size_t begin, std::size_t end) {
    if (end - begin == 1) return {};
    const auto k = split(end - begin);
    auto out = m < k ? path(m, begin, begin + k) : path(m - k, begin + k, end);
    out.push_back(m < k ? mth(begin + k, end) : mth(begin, begin + k));
    return out;
  }

  std::vector<Hash> subproof(std::size_t m, std::size_t begin, std::size_t end, bool whole) {
    if (m == end - begin) return whole ? std::vector<Hash>{} : std::vector{mth(begin, end)};
    const auto k = split(end - begin);
    auto out =
        m <= k ? subproof(m, begin, begin + k, whole) : subproof(m - k, begin + k, end, false);
    out.push_back(m <= k ? mth(begin + k, end) : mth(begin, begin + k));
    return out;
  }

  HashReader reader() {
    return [this](Subtree subtree) -> Result<Hash> {
      return mth(subtree.index << subtree.level, (subtree.index + 1) << subtree.level);
    };
  }

 private:
  const std::vector<Hash> leaves_ = example_leaves(swept_size_max);
  std::unordered_map<std::size_t, std::optional<Hash>> known_;
};

TEST(MerkleSweep, EveryInclusionProofIsTheOneOfTheRfcAndVerifies) {
  NaiveTree tree;
  for (std::size_t n = 1; n <= swept_size_max; ++n) {
    const auto head = tree.head(n);
    for (std::size_t i = 0; i < n; ++i) {
      const auto proof = prove_inclusion({i}, {n}, tree.reader());
      ASSERT_TRUE(proof);
      ASSERT_EQ(*proof, tree.path(i, 0, n)) << i << " in " << n;
      ASSERT_TRUE(verify_inclusion({i}, tree.leaf(i), *proof, head)) << i << " in " << n;
      ASSERT_FALSE(verify_inclusion({i ^ 1}, tree.leaf(i), *proof, head) && n > 1);
    }
  }
}

TEST(MerkleSweep, EveryConsistencyProofIsTheOneOfTheRfcAndVerifies) {
  NaiveTree tree;
  for (std::size_t n = 1; n <= swept_size_max; ++n) {
    const auto second = tree.head(n);
    for (std::size_t m = 1; m <= n; ++m) {
      const auto first = tree.head(m);
      const auto proof = prove_consistency({m}, {n}, tree.reader());
      ASSERT_TRUE(proof);
      ASSERT_EQ(*proof, tree.subproof(m, 0, n, true)) << m << " to " << n;
      ASSERT_TRUE(verify_consistency(first, second, *proof)) << m << " to " << n;
      ASSERT_EQ(verify_consistency(second, first, *proof), m == n);
    }
  }
}

std::string in_hex(const std::vector<Hash>& proof) {
  std::string out = "[";
  for (const auto& hash : proof) out += (out.size() > 1 ? ",\"" : "\"") + to_text(hash) + "\"";
  return out + "]";
}

void dump_inclusion(NaiveTree& tree, std::size_t i, std::size_t n, std::ostream& out) {
  const auto proof = prove_inclusion({i}, {n}, tree.reader()).value();
  out << R"({"kind":"inclusion","index":)" << i << R"(,"size":)" << n << R"(,"leaf":")"
      << to_text(tree.leaf(i)) << R"(","root":")" << to_text(tree.mth(0, n)) << R"(","proof":)"
      << in_hex(proof) << "}\n";
}

void dump_consistency(NaiveTree& tree, std::size_t m, std::size_t n, std::ostream& out) {
  const auto proof = prove_consistency({m}, {n}, tree.reader()).value();
  out << R"({"kind":"consistency","first":)" << m << R"(,"size":)" << n << R"(,"root1":")"
      << to_text(tree.mth(0, m)) << R"(","root":")" << to_text(tree.mth(0, n)) << R"(","proof":)"
      << in_hex(proof) << "}\n";
}

/// One line a proof, of every tree up to that size.
void dump(std::size_t size, std::ostream& out) {
  NaiveTree tree;
  for (std::size_t n = 1; n <= size; ++n)
    for (std::size_t i = 0; i < n; ++i) {
      dump_inclusion(tree, i, n, out);
      dump_consistency(tree, i + 1, n, out);
    }
}

// Where KINLEDGER_DUMP_PROOFS names a file, the whole sweep goes there, for other programs to
// judge: tests/verifiers/proofs_test.py does it.
TEST(MerkleSweep, IsDumpedForOtherPrograms) {
  if (const auto* file = std::getenv("KINLEDGER_DUMP_PROOFS")) {
    std::ofstream out(file, std::ios::binary);
    dump(swept_size_max, out);
    out.close();
    EXPECT_TRUE(out.good()) << file;
    return;
  }
  std::ostringstream out;
  dump(20, out);
  EXPECT_EQ(std::ranges::count(out.str(), '\n'), 20 * 21);
}

}  // namespace
}  // namespace kinledger::ledger
