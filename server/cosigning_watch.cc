#include "server/cosigning_watch.h"

#include <utility>

#include "ledger/growth.h"
#include "ledger/log_signer.h"

namespace kinledger::server {

using ledger::Result;
using ledger::TreeHead;
using ledger::TreeSize;

namespace {

constexpr std::int64_t microseconds = 1'000'000;

std::string_view words_of(Cosigning outcome) {
  switch (outcome) {
    case Cosigning::cosigned:
      return "cosigns again";
    case Cosigning::unreachable:
      return "does not answer";
    case Cosigning::refused:
      return "refuses";
    case Cosigning::lied:
      return "gives a signature that is not valid";
    case Cosigning::contradicts:
      return "proves that the ledger contradicts what it signed";
  }
  return "";
}

}  // namespace

CosigningWatch::CosigningWatch(projections::Archive& archive, CosignatureCollector collector,
                               Options options)
    : archive_(archive), collector_(std::move(collector)), options_(std::move(options)) {
  invariant(options_.every.count() > 0);
  const auto& policy = collector_.policy();
  const auto kept = ledger::read_cosigned(options_.paths);
  if (kept && *kept) {
    figures_.quorum = policy.quorum(**kept);
    const auto checkpoint = ledger::read_checkpoint((*kept)->text);
    if (figures_.quorum.is_reached() && checkpoint) figures_.size = checkpoint->head.size;
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

CosigningWatch::~CosigningWatch() {
  thread_.request_stop();
  thread_.join();
}

CosigningFigures CosigningWatch::figures() const {
  const std::lock_guard lock(mutex_);
  return figures_;
}

void CosigningWatch::run(const std::stop_token& stop) {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      wakes_.wait_for(lock, stop, options_.every, [] { return false; });
    }
    if (stop.stop_requested()) return;
    if (const auto asked = ask(); !asked)
      options_.warn("no checkpoint was cosigned: " + asked.error().what);
  }
}

/// One round. What was cosigned already, and is all that there is, is not asked for again.
Result<void> CosigningWatch::ask() {
  const auto before = figures();
  auto& ledger = archive_.ledger();
  if (before.is_contradicted || ledger.durable().size == before.size) return {};
  if (const auto recorded = archive_.commit_subject_map(); !recorded) return recorded.error();
  options_.recorded();
  const auto checkpoint = ledger.checkpoint();
  if (!checkpoint) return checkpoint.error();
  const auto& head = checkpoint->head;
  return take(collector_.collect(ledger::read_note(checkpoint->note).value(), head,
                                 [&](TreeSize size) {
                                   return ledger::prove_growth(ledger.journal(), size, head.size);
                                 }),
              head);
}

Result<void> CosigningWatch::take(const Cosigned& cosigned, const TreeHead& head) {
  for (const auto& report : cosigned.reports) {
    tell(report);
    if (report.contradicting && !is_continued(report.contradicting->head)) return give_up(report);
  }
  const auto quorum = collector_.policy().quorum(cosigned.note);
  if (quorum.has > 0)
    if (const auto kept = ledger::keep_cosigned(options_.paths, cosigned.note); !kept)
      return kept.error();
  const std::lock_guard lock(mutex_);
  figures_.quorum = quorum;
  if (!quorum.is_reached()) return {};
  figures_.size = head.size;
  figures_.at = static_cast<std::uint64_t>(archive_.ledger().now().microseconds / microseconds);
  return {};
}

/// What the witness holds is kept: until the ledger continues it, nothing is signed.
Result<void> CosigningWatch::give_up(const WitnessReport& report) {
  {
    const std::lock_guard lock(mutex_);
    figures_.is_contradicted = true;
  }
  options_.warn(
      "the ledger lost or rewrote events of a checkpoint that it signed: record nothing more and "
      "restore the newest backup; the checkpoint that proves it is kept in " +
      options_.paths.cosigned().string());
  return ledger::keep_contradicting(options_.paths, report.contradicting->note);
}

bool CosigningWatch::is_continued(const TreeHead& earlier) const {
  const auto root = archive_.ledger().journal().root(earlier.size);
  return root && *root == earlier.root;
}

void CosigningWatch::tell(const WitnessReport& report) {
  const auto told = outcomes_.find(report.name);
  const auto last = told == outcomes_.end() ? Cosigning::cosigned : told->second;
  outcomes_.insert_or_assign(report.name, report.outcome);
  if (last == report.outcome) return;
  options_.warn("witness " + report.name + " " + std::string(words_of(report.outcome)) +
                (report.words.empty() ? "" : ": " + report.words));
}

}  // namespace kinledger::server
