#include "server/batch_ends.h"

#include "ledger/growth.h"

namespace kinledger::server {
namespace {

constexpr std::chrono::seconds checkpoint_age_max{1};
/// Of those who follow live few sizes are the last that they saw signed.
constexpr std::size_t proofs_max = 64;

}  // namespace

std::optional<ledger::SignedHead> BatchEnds::checkpoint(ledger::TreeSize at) {
  const std::lock_guard lock(mutex_);
  const auto now = Clock::now();
  if (!signed_ || signed_->head.size != at || now - signed_at_ > checkpoint_age_max) {
    auto made = ledger_.checkpoint();
    if (!made) return std::nullopt;
    signed_ = std::move(*made);
    signed_at_ = now;
  }
  if (signed_->head.size != at) return std::nullopt;
  return signed_;
}

ledger::Result<BatchEnds::Proof> BatchEnds::growth(ledger::TreeSize old, ledger::TreeSize now) {
  const std::lock_guard lock(mutex_);
  if (grown_to_ != now || growth_.size() >= proofs_max) growth_.clear();
  grown_to_ = now;
  auto& proof = growth_[old];
  if (proof) return proof;
  std::vector<ledger::Hash> hashes;
  if (old.value > 0) {
    auto made = ledger::prove_growth(ledger_.journal(), old, now);
    if (!made) return made.error();
    hashes = std::move(*made);
  }
  proof = std::make_shared<const std::vector<ledger::Hash>>(std::move(hashes));
  return proof;
}

}  // namespace kinledger::server
