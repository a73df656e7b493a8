#include "tools/cosigned_checkpoint.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <utility>

#include "ledger/growth.h"
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
using server::WitnessReport;

/// Proofs of one checkpoint, from the journal as it is opened when one is asked for.
class Proofs {
 public:
  Proofs(Paths paths, TreeSize to) : paths_(std::move(paths)), to_(to) {}

  /// From an open journal.
  Result<std::vector<Hash>> take(const ledger::Journal& journal, TreeSize from) {
    auto proof = ledger::prove_growth(journal, from, to_);
    if (proof) known_.insert_or_assign(from, *proof);
    return proof;
  }
  /// Any thread.
  Result<std::vector<Hash>> from(TreeSize size) {
    const std::lock_guard one_at_a_time(mutex_);
    if (const auto found = known_.find(size); found != known_.end()) return found->second;
    const auto lock = ledger::DirectoryLock::acquire(paths_.lock(), ledger::ledger_wait_ms);
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
  std::unique_ptr<Proofs> proofs;
};

/// Opens the ledger only to see that it is one of the policy's.
Told<std::unique_ptr<CosignatureCollector>> collector_for(const LedgerArguments& arguments,
                                                          const WitnessArguments& witnesses,
                                                          Terminal& terminal) {
  auto policy = read_policy(witnesses.policy, terminal);
  if (!policy) return policy.error();
  auto opened = open_ledger(arguments, terminal);
  if (!opened) return opened.error();
  const auto verifier = opened->archive->ledger().verifier();
  if (!verifier) return complain(terminal, verifier.error());
  if (!policy->names_log(*verifier))
    return complain(
        terminal,
        Reason("POLICY_LOG", "策略中没有这个账本；请加上一行：log " + verifier->to_text(),
               "the policy does not name this ledger; add the line: log " + verifier->to_text()));
  auto collector = CosignatureCollector::make(
      std::move(*policy), opened->archive->ledger().stated_keys(), witnesses.options());
  if (!collector) return complain(terminal, collector.error());
  return std::make_unique<CosignatureCollector>(std::move(*collector));
}

/// Whether the journal, as it is now, begins with the tree.
bool continues(const ledger::Journal& journal, const TreeHead& earlier) {
  const auto root = journal.root(earlier.size);  // fails where it has fewer events
  return root && *root == earlier.root;
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

void tell(const WitnessReport& report, Terminal& terminal) {
  const auto outcome = outcome_words(report.outcome);
  auto line = std::string(terminal.say(
      {"见证方 " + report.name + " " + outcome.zh, "witness " + report.name + " " + outcome.en}));
  if (!report.words.empty()) line += ": " + report.words;
  terminal.complain("kinledger: " + line);
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

/// Keeps what a witness proved, so that nothing is signed until the ledger continues it.
/// Precondition: the caller holds the ledger's lock.
Exit complain_of_contradiction(const Paths& paths, const server::HeldCheckpoint& held,
                               Terminal& terminal) {
  const auto file = paths.cosigned().string();
  Label words{"账本丢失或改写了已签发检查点中的记录：请停止登记并恢复最新的备份",
              "the ledger lost or rewrote events of a checkpoint that it signed: record nothing "
              "more and restore the newest backup"};
  if (const auto kept = ledger::keep_contradicting(paths, held.note)) {
    words.zh += "。该检查点保存在 " + file + "，恢复之前不再签发";
    words.en += "; that checkpoint is kept in " + file +
                ", and nothing is signed until the ledger continues it";
  } else {
    (void)complain(terminal, kept.error());
  }
  terminal.complain("kinledger: " + std::string(terminal.say(words)));
  return Exit::not_verified;
}

WitnessReport contradiction(const std::string& witness, server::HeldCheckpoint held) {
  auto words = "it holds a checkpoint of " + std::to_string(held.head.size.value) +
               " events that this log signed";
  return {witness, Cosigning::contradicts, std::move(words), std::move(held)};
}

/// Signs what is there now, unless a witness holds what it does not continue. Nothing is recorded
/// or signed before that is known: else a ledger restored from a backup would sign another tree of
/// a size that it had signed.
Told<Prepared> prepare(const LedgerArguments& arguments, CosignatureCollector& collector,
                       Terminal& terminal) {
  auto held = collector.look();
  auto opened = open_ledger(arguments, terminal);
  if (!opened) return opened.error();
  auto& ledger = opened->archive->ledger();
  const Paths paths(arguments.directory, arguments.state);
  for (std::size_t i = 0; i < held.size(); ++i)
    if (held[i] && !continues(ledger.journal(), held[i]->head)) {
      tell(contradiction(collector.policy().witnesses()[i].name, *held[i]), terminal);
      return complain_of_contradiction(paths, *held[i], terminal);
    }
  if (const auto recorded = opened->archive->commit_subject_map(); !recorded)
    return complain(terminal, recorded.error());
  const auto checkpoint = ledger.checkpoint();
  if (!checkpoint) return complain(terminal, checkpoint.error());
  Prepared prepared{ledger::read_note(checkpoint->note).value(), checkpoint->head,
                    std::make_unique<Proofs>(paths, checkpoint->head.size)};
  for (const auto& each : held)
    if (each && each->head.size.value > 0 && each->head.size < checkpoint->head.size)
      if (const auto proof = prepared.proofs->take(ledger.journal(), each->head.size); !proof)
        return complain(terminal, proof.error());
  return prepared;
}

/// Under the ledger's lock: keeps what was cosigned, or what a witness proved. What looks like a
/// contradiction may be what another run had cosigned meanwhile.
std::optional<Exit> settle(const Paths& paths, const ledger::WitnessPolicy& policy,
                           server::Cosigned& cosigned, Terminal& terminal) {
  const auto lock = ledger::DirectoryLock::acquire(paths.lock(), ledger::ledger_wait_ms);
  if (!lock) return complain(terminal, lock.error());
  std::optional<server::HeldCheckpoint> proven;
  for (auto& report : cosigned.reports) {
    if (!report.contradicting) continue;
    const auto journal = ledger::Journal::open(paths.journal());
    if (!journal) return complain(terminal, journal.error());
    if (continues(**journal, report.contradicting->head)) {
      report = {report.name, Cosigning::refused, "it has cosigned a later checkpoint meanwhile"};
      continue;
    }
    proven = report.contradicting;
  }
  for (const auto& report : cosigned.reports) tell(report, terminal);
  if (proven) return complain_of_contradiction(paths, *proven, terminal);
  const auto times = policy.cosigned(cosigned.note);
  if (std::ranges::none_of(times, [](const auto& time) { return time.has_value(); }))
    return std::nullopt;
  const auto kept = ledger::keep_cosigned(paths, cosigned.note);
  return kept ? std::nullopt : std::optional(complain(terminal, kept.error()));
}

/// Calls `print` with the note unless a witness proved that it must not be given out.
Exit cosign(const LedgerArguments& arguments, const WitnessArguments& witnesses,
            const std::function<void(const std::string& note)>& print, Terminal& terminal) {
  const auto collector = collector_for(arguments, witnesses, terminal);
  if (!collector) return collector.error();
  const auto prepared = prepare(arguments, **collector, terminal);
  if (!prepared) return prepared.error();
  auto cosigned = (*collector)->collect(prepared->note, prepared->head, [&](TreeSize size) {
    return prepared->proofs->from(size);
  });
  const Paths paths(arguments.directory, arguments.state);
  const auto ended = settle(paths, (*collector)->policy(), cosigned, terminal);
  if (ended == Exit::not_verified) return *ended;
  print(cosigned.note.to_text());
  if (ended) return *ended;
  const auto quorum = (*collector)->policy().quorum(cosigned.note);
  return quorum.is_reached() ? Exit::done : complain_of_quorum(quorum, terminal);
}

}  // namespace

Parameter witness_ca_option(WitnessArguments& arguments) {
  return file_option("--witness-ca",
                     {"与 --policy 同用：签发 https 见证方证书的机构（PEM）；默认为系统信任的机构",
                      "with --policy: who signs the certificates of witnesses that are asked by "
                      "https, PEM; by default whom the system trusts"},
                     arguments.authorities);
}

Exit cosign_at_start(const LedgerArguments& arguments, const WitnessArguments& witnesses,
                     Terminal& terminal) {
  return cosign(
      arguments, witnesses, [](const std::string&) {}, terminal);
}

Exit print_cosigned_checkpoint(const LedgerArguments& arguments, const WitnessArguments& witnesses,
                               Terminal& terminal) {
  return cosign(
      arguments, witnesses, [&](const std::string& note) { terminal.print(note); }, terminal);
}

}  // namespace kinledger::tools
