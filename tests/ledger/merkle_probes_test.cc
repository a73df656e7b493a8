// The published probes of transparency-dev/merkle: proofs that must verify and, most of them,
// proofs that must not. They are kept beside the project, not in it.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/property_tree/json_parser.hpp>
#include <boost/property_tree/ptree.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "ledger/base64.h"
#include "ledger/crypto.h"
#include "ledger/merkle.h"

namespace kinledger::ledger {
namespace {

std::filesystem::path probes() {
  const char* const named = std::getenv("KINLEDGER_SHARED");
  const std::filesystem::path shared =
      named != nullptr ? std::filesystem::path(named)
                       : std::filesystem::path(__FILE__).parent_path().parent_path().parent_path() /
                             ".." / "shared";
  return shared / "vectors" / "merkle";
}

using Probe = boost::property_tree::ptree;

std::optional<Probe> read_probes(const char* name) {
  std::ifstream file(probes() / name);
  if (!file) return std::nullopt;
  Probe all;
  boost::property_tree::read_json(file, all);
  return all;
}

std::optional<Hash> hash_of_base64(std::string_view text) {
  const auto decoded = from_base64(text);
  if (!decoded || decoded->size() != sizeof(Hash)) return std::nullopt;
  Hash hash;
  std::copy(decoded->begin(), decoded->end(), hash.bytes.begin());
  return hash;
}

/// Nothing when a hash of the probe is not 32 bytes: such a proof cannot even be said to us.
std::optional<std::vector<Hash>> proof_of(const Probe& probe) {
  std::vector<Hash> proof;
  for (const auto& [unnamed, text] : probe.get_child("proof")) {
    const auto hash = hash_of_base64(text.data());
    if (!hash) return std::nullopt;
    proof.push_back(*hash);
  }
  return proof;
}

std::optional<Hash> hash_in(const Probe& probe, const char* field) {
  return hash_of_base64(probe.get<std::string>(field));
}

/// Some consistency probes write "don't care 1" for a root; a hash of that is as good.
std::optional<Hash> root_in(const Probe& probe, const char* field) {
  const Bytes bytes = from_base64(probe.get<std::string>(field)).value_or(Bytes{});
  return as_text(bytes).starts_with("don't care") ? sha256(bytes) : hash_in(probe, field);
}

std::uint64_t number_in(const Probe& probe, const char* field) {
  return std::stoull(probe.get<std::string>(field));
}

TEST(InclusionProofProbes, AreJudgedAsPublished) {
  const auto found = read_probes("inclusion.json");
  if (!found) GTEST_SKIP() << "no probes in " << probes();
  EXPECT_EQ(found->size(), 98u);
  for (const auto& [unnamed, probe] : *found) {
    const auto leaf = hash_in(probe, "leafHash");
    const auto root = hash_in(probe, "root");
    const auto proof = proof_of(probe);
    const bool verified = leaf && root && proof &&
                          verify_inclusion(Sequence{number_in(probe, "leafIdx")}, *leaf, *proof,
                                           {TreeSize{number_in(probe, "treeSize")}, *root});
    EXPECT_EQ(verified, !probe.get<bool>("wantErr")) << probe.get<std::string>("file");
  }
}

TEST(ConsistencyProofProbes, AreJudgedAsPublished) {
  const auto found = read_probes("consistency.json");
  if (!found) GTEST_SKIP() << "no probes in " << probes();
  EXPECT_EQ(found->size(), 98u);
  for (const auto& [unnamed, probe] : *found) {
    const auto first_root = root_in(probe, "root1");
    const auto second_root = root_in(probe, "root2");
    const auto proof = proof_of(probe);
    const bool verified =
        first_root && second_root && proof &&
        verify_consistency({TreeSize{number_in(probe, "size1")}, *first_root},
                           {TreeSize{number_in(probe, "size2")}, *second_root}, *proof);
    EXPECT_EQ(verified, !probe.get<bool>("wantErr")) << probe.get<std::string>("file");
  }
}

}  // namespace
}  // namespace kinledger::ledger
