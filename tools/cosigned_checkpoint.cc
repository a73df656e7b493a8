#include "tools/cosigned_checkpoint.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <span>
#include <utility>

#include "ledger/journal.h"
#include "ledger/lock.h"
#include "ledger/log_signer.h"
#include "ledger/paths.h"
#include "ledger/witness_policy.h"
#include "server/cosigning.h"
#include "tools/complaint.h"
#include "tools/policy_argument.h"

namespace kinledger::tools {
namespace {

using ledger::Hash;
using ledger::Paths;
using ledger::Reason;
using ledger::Result;
using ledger::SignedNote;
using ledger::TreeHead;
using ledger::TreeSize;
using server::CosignatureCollector;
using server::Cosigning;

constexpr std::chrono::milliseconds witness_deadline{10'000};
constexpr int lock_wait_ms = 10'000;

/// Proofs of one checkpoint, from the journal as it is opened when one is asked for.
class Proofs {
 public:
  Proofs(Paths paths, TreeSize to) : paths_(std::move(paths)), to_(to) {}

  /// From an open journal.
  Result<std::vector<Hash>> take(const ledger::Journal& journal, TreeSize from) {
    auto proof = ledger::prove_consistency(
        from, to_, [&](ledger::Subtree subtree) { return journal.subtree_hash(subtree); });
    if (proof) known_.insert_or_assign(from, *proof);
    return proof;
  }
  /// Any thread.
  Result<std::vector<Hash>> from(TreeSize size) {
    const std::lock_guard one_at_a_time(mutex_);
    if (const auto found = known_.find(size); found != known_.end()) return found->second;
    const auto lock = ledger::DirectoryLock::acquire(paths_.lock(), lock_wait_ms);
    if (!lock) return lock.error();
    const auto journal = ledger::Journal::open(paths_.journal());
    if (!journal) return journal.error();
    return take(**journal, size);
  }

 private:
  const Paths paths_;
  const TreeSize to_;
  std::mutex mutex_;
  std::map<TreeSize, std::vector<Hash>> known_;
};

/// What is signed, and what is needed to have it cosigned.
struct Prepared {
  SignedNote note;
  TreeHead head;
  std::unique_ptr<CosignatureCollector> collector;
  std::unique_ptr<Proofs> proofs;
};

/// The newest cosigned checkpoint says how far its witnesses are; of the same tree, it has
/// cosignatures to go on from.
Result<void> take_kept(const Paths& paths, const ledger::Journal& journal, Prepared& prepared) {
  const auto kept = ledger::read_cosigned(paths);
  if (!kept) return kept.error();
  if (!*kept) return {};
  if ((*kept)->text == prepared.note.text) prepared.note = **kept;
  const auto size = ledger::read_checkpoint((*kept)->text)->head.size;
  prepared.collector->remember(**kept, size);
  if (size.value == 0 || size >= prepared.head.size) return {};
  const auto proof = prepared.proofs->take(journal, size);
  return proof ? Result<void>() : proof.error();
}

Told<Prepared> prepare(const LedgerArguments& arguments, ledger::WitnessPolicy policy,
                       Terminal& terminal) {
  auto opened = open_ledger(arguments, terminal);
  if (!opened) return opened.error();
  auto& ledger = opened->archive->ledger();
  const auto verifier = ledger.verifier();
  if (!verifier) return complain(terminal, verifier.error());
  if (!policy.names_log(*verifier))
    return complain(
        terminal,
        Reason("POLICY_LOG", "策略中没有这个账本；请加上一行：log " + verifier->to_text(),
               "the policy does not name this ledger; add the line: log " + verifier->to_text()));
  auto collector = CosignatureCollector::make(std::move(policy), *verifier, witness_deadline);
  if (!collector) return complain(terminal, collector.error());
  if (const auto recorded = opened->archive->commit_subject_map(); !recorded)
    return complain(terminal, recorded.error());
  const auto checkpoint = ledger.checkpoint();
  if (!checkpoint) return complain(terminal, checkpoint.error());
  const Paths paths(arguments.directory, arguments.state);
  Prepared prepared{ledger::read_note(checkpoint->note).value(), checkpoint->head,
                    std::make_unique<CosignatureCollector>(std::move(*collector)),
                    std::make_unique<Proofs>(paths, checkpoint->head.size)};
  if (const auto taken = take_kept(paths, ledger.journal(), prepared); !taken)
    return complain(terminal, taken.error());
  return prepared;
}

Label outcome_words(Cosigning outcome) {
  switch (outcome) {
    case Cosigning::cosigned:
      return {"已共同签名", "cosigned"};
    case Cosigning::unreachable:
      return {"没有答复", "did not answer"};
    case Cosigning::refused:
      return {"未签名", "refused"};
    case Cosigning::lied:
      return {"所给签名无效", "gave a signature that is not valid"};
    case Cosigning::contradicts:
      return {"证明账本与已签发的检查点矛盾", "proves that the ledger contradicts what it signed"};
  }
  return {};
}

void tell(const server::WitnessReport& report, Terminal& terminal) {
  const auto outcome = outcome_words(report.outcome);
  auto line = std::string(terminal.say(
      {"见证方 " + report.name + " " + outcome.zh, "witness " + report.name + " " + outcome.en}));
  if (!report.words.empty()) line += ": " + report.words;
  terminal.complain("kinledger: " + line);
}

/// What a witness proved, or else what was cosigned, if anything was.
Result<void> keep(const Paths& paths, const server::Cosigned& cosigned) {
  const auto contradicts = std::ranges::find_if(
      cosigned.reports, [](const auto& report) { return report.contradicting.has_value(); });
  const bool is_contradicted = contradicts != cosigned.reports.end();
  if (!is_contradicted && cosigned.note.signatures.size() == 1) return {};
  const auto lock = ledger::DirectoryLock::acquire(paths.lock(), lock_wait_ms);
  if (!lock) return lock.error();
  return is_contradicted ? ledger::keep_contradicting(paths, *contradicts->contradicting)
                         : ledger::keep_cosigned(paths, cosigned.note);
}

Exit complain_of_quorum(const ledger::Quorum& quorum, Terminal& terminal) {
  const auto has = std::to_string(quorum.has);
  const auto needs = std::to_string(quorum.needs);
  const Label words{
      "检查点已签发，但所需的 " + needs + " 方中只有 " + has +
          " 方共同签名；账本可照常使用，请稍后再次运行",
      "checkpoint signed, but only " + has + " of " + needs +
          " needed witnesses cosigned it; the ledger can be used meanwhile: run this again later"};
  terminal.complain("kinledger: " + std::string(terminal.say(words)));
  return Exit::unavailable;
}

Exit complain_of_contradiction(const Paths& paths, Terminal& terminal) {
  const auto file = paths.cosigned().string();
  const Label words{
      "账本丢失或改写了已签发检查点中的记录：请停止登记并恢复最新的备份。该检查点保存在 " + file +
          "，恢复之前不再签发",
      "the ledger lost or rewrote events of a checkpoint that it signed: record nothing more and "
      "restore the newest backup; that checkpoint is kept in " +
          file + ", and nothing is signed until the ledger continues it"};
  terminal.complain("kinledger: " + std::string(terminal.say(words)));
  return Exit::not_verified;
}

}  // namespace

Exit print_cosigned_checkpoint(const LedgerArguments& arguments, const std::string& policy_file,
                               Terminal& terminal) {
  auto policy = read_policy(policy_file, terminal);
  if (!policy) return policy.error();
  const auto prepared = prepare(arguments, std::move(*policy), terminal);
  if (!prepared) return prepared.error();
  const auto cosigned = prepared->collector->collect(
      prepared->note, prepared->head, [&](TreeSize size) { return prepared->proofs->from(size); });
  bool is_contradicted = false;
  for (const auto& report : cosigned.reports) {
    tell(report, terminal);
    is_contradicted = is_contradicted || report.outcome == Cosigning::contradicts;
  }
  const Paths paths(arguments.directory, arguments.state);
  const auto kept = keep(paths, cosigned);
  if (is_contradicted) return complain_of_contradiction(paths, terminal);
  terminal.print(cosigned.note.to_text());
  if (!kept) return complain(terminal, kept.error());
  const auto quorum = prepared->collector->policy().quorum(cosigned.note);
  return quorum.is_reached() ? Exit::done : complain_of_quorum(quorum, terminal);
}

}  // namespace kinledger::tools
