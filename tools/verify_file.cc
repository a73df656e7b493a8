#include "tools/verify_file.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "ledger/consistency_proof.h"
#include "ledger/event.h"
#include "ledger/log_key.h"
#include "tools/complaint.h"
#include "tools/key_arguments.h"
#include "tools/policy_argument.h"
#include "tools/text_file.h"

namespace kinledger::tools {
namespace {

using ledger::Checkpoint;
using ledger::LogKey;
using ledger::Reason;

/// What a file shows.
struct Shown {
  Label says;
  boost::json::object facts;
  std::string note;  ///< the checkpoint that was believed
};
/// Or why it shows nothing.
using Verdict = ledger::Parsed<Shown>;

Verdict malformed() {
  return Reason("PROOF_FORMAT", "证明的格式有误，或已被改动",
                "the proof is not of its form, or was changed");
}

std::string in_words(ledger::TreeSize size) { return std::to_string(size.value); }

std::string kinds_of(const std::vector<LogKey>& keys) {
  std::string out;
  for (const auto& key : keys) {
    out += out.empty() ? "" : ", ";
    out += std::holds_alternative<ledger::Sm2Verifier>(key) ? "SM2" : "Ed25519";
  }
  return out;
}

boost::json::object facts_of(const char* kind, const Checkpoint& checkpoint) {
  return {{"kind", kind},
          {"origin", checkpoint.origin},
          {"treeSize", checkpoint.head.size.value},
          {"root", ledger::to_text(checkpoint.head.root)}};
}

/// The checkpoint, or why it is not believed. Every key must have signed it.
ledger::Parsed<Checkpoint> believe(std::string_view note, const std::vector<LogKey>& keys) {
  const auto read = ledger::read_note(note);
  auto checkpoint = read ? ledger::read_checkpoint(read->text) : std::nullopt;
  if (!checkpoint)
    return Reason("CHECKPOINT_FORMAT", "检查点的格式有误，或已被改动",
                  "the checkpoint is not of its form, or was changed");
  for (const auto& key : keys) {
    const auto& name = name_of(key);
    if (name != checkpoint->origin)
      return Reason("CHECKPOINT_OF_ANOTHER",
                    "公钥是 " + name + " 的，检查点是 " + checkpoint->origin + " 的",
                    "the key is of " + name + ", the checkpoint of " + checkpoint->origin);
    if (!is_signed_by(*read, key))
      return Reason("CHECKPOINT_NOT_SIGNED",
                    "检查点没有该公钥的有效签名（" + kinds_of({key}) + "）",
                    "the checkpoint has no valid signature of the key (" + kinds_of({key}) + ")");
  }
  return std::move(*checkpoint);
}

/// RFC 3339; a number of seconds where no calendar has the day.
std::string instant_of(ledger::CosignedAt at) {
  constexpr std::uint64_t second = 1'000'000, last = 7'258'118'399;  // 2199-12-31T23:59:59Z
  if (at.seconds > last) return std::to_string(at.seconds);
  return ledger::to_text(ledger::RecordedAt{static_cast<std::int64_t>(at.seconds * second)});
}

Exit complain_of_option(const std::string& option, Terminal& terminal) {
  return complain_of_usage(terminal,
                           {"这种文件不用 " + option, "no " + option + " for such a file"});
}

Told<Verdict> verify_checkpoint(const FileToVerify& request, const std::string& text,
                                const std::vector<LogKey>& keys, Terminal& terminal) {
  const auto checkpoint = believe(text, keys);
  if (!checkpoint) return Verdict(checkpoint.error());
  if (!request.leaf.empty()) return complain_of_option("--leaf", terminal);
  if (!request.old.empty()) return complain_of_option("--old", terminal);
  const auto size = in_words(checkpoint->head.size);
  return Verdict(Shown{{"检查点由 " + checkpoint->origin + " 签发，共 " + size + " 条记录",
                        checkpoint->origin + " signed this checkpoint of " + size + " events"},
                       facts_of("checkpoint", *checkpoint),
                       text});
}

Told<Verdict> verify_inclusion(const FileToVerify& request, const std::string& text,
                               const std::vector<LogKey>& keys, Terminal& terminal) {
  if (!request.old.empty()) return complain_of_option("--old", terminal);
  if (request.leaf.empty())
    return complain_of_usage(terminal,
                             {"未验证：须用 --leaf 给出记录的原始字节（kinledger prove --leaf）",
                              "not verified: --leaf must give the event's stored bytes (kinledger "
                              "prove --leaf)"});
  const auto event = read_text_file(request.leaf, ledger::event_bytes_max);
  if (!event) return complain(terminal, event.error());
  const auto proof = ledger::read_inclusion_proof(text);
  if (!proof) return malformed();
  const auto believed = believe(proof->checkpoint, keys);
  if (!believed) return Verdict(believed.error());
  const auto& checkpoint = *believed;
  const auto leaf = ledger::leaf_hash(ledger::as_bytes(*event));
  const auto sequence = std::to_string(proof->index.value);
  if (!ledger::verify_inclusion(proof->index, leaf, proof->hashes, checkpoint.head))
    return Verdict(
        Reason("EVENT_NOT_PROVEN",
               request.leaf + " 不是检查点中序号 " + sequence + " 的记录，或证明已被改动",
               request.leaf + " is not event " + sequence +
                   " of the checkpoint, or the proof was changed"));
  const auto size = in_words(checkpoint.head.size);
  Shown shown{{"记录在 " + checkpoint.origin + " 签发的 " + size + " 条记录中，序号 " + sequence,
               "the event is number " + sequence + " of the " + size + " events that " +
                   checkpoint.origin + " signed"},
              facts_of("inclusion", checkpoint),
              proof->checkpoint};
  shown.facts["sequence"] = proof->index.value;
  shown.facts["leafHash"] = ledger::to_text(leaf);
  return Verdict(std::move(shown));
}

/// The older checkpoint may be of a time when the ledger had fewer keys: one is enough.
std::optional<Checkpoint> read_old(const std::string& note, const std::vector<LogKey>& keys) {
  for (const auto& key : keys)
    if (auto old = ledger::read_signed_checkpoint(note, {&key, 1})) return old;
  return std::nullopt;
}

Told<Verdict> verify_consistency(const FileToVerify& request, const std::string& text,
                                 const std::vector<LogKey>& keys, Terminal& terminal) {
  if (!request.leaf.empty()) return complain_of_option("--leaf", terminal);
  if (request.old.empty())
    return complain_of_usage(terminal, {"未验证：须用 --old 给出此前保存的检查点",
                                        "not verified: --old must give the checkpoint that was "
                                        "kept"});
  const auto kept = read_text_file(request.old, ledger::signed_note_bytes_max);
  if (!kept) return complain(terminal, kept.error());
  const auto proof = ledger::read_consistency_proof(text);
  if (!proof) return malformed();
  const auto believed = believe(proof->checkpoint, keys);
  if (!believed) return Verdict(believed.error());
  const auto& checkpoint = *believed;
  const auto old = read_old(*kept, keys);
  if (!old)
    return Verdict(Reason("OLD_CHECKPOINT", request.old + " 不是该公钥签发的检查点",
                          request.old + " is not a checkpoint that the key signed"));
  const auto before = in_words(old->head.size);
  const auto size = in_words(checkpoint.head.size);
  if (proof->old_size != old->head.size)
    return Verdict(Reason("OLD_SIZE",
                          "证明从 " + in_words(proof->old_size) + " 条记录开始，" + request.old +
                              " 有 " + before + " 条",
                          "the proof is from " + in_words(proof->old_size) + " events, " +
                              request.old + " has " + before));
  if (!ledger::continues(*proof, old->head, checkpoint.head))
    return Verdict(Reason(
        "NOT_CONTINUED", size + " 条记录的检查点不延续 " + before + " 条的旧检查点，或证明已被改动",
        "the checkpoint of " + size + " events does not continue the one of " + before +
            ", or the proof was changed"));
  Shown shown{{checkpoint.origin + " 的 " + size + " 条记录以旧检查点的 " + before + " 条开头",
               "the " + size + " events that " + checkpoint.origin + " signed begin with the " +
                   before + " of the older checkpoint"},
              facts_of("consistency", checkpoint),
              proof->checkpoint};
  shown.facts["oldTreeSize"] = old->head.size.value;
  shown.facts["oldRoot"] = ledger::to_text(old->head.root);
  return Verdict(std::move(shown));
}

/// When each witness of the policy cosigned.
void show_cosignatures(const ledger::WitnessPolicy& policy, Shown& shown) {
  const auto times = policy.cosigned(ledger::read_note(shown.note).value());
  boost::json::array facts;
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (!times[i]) continue;
    const auto& witness = policy.witnesses()[i].name;
    const auto at = instant_of(*times[i]);
    facts.push_back({{"witness", witness}, {"at", at}});
    shown.says.zh.append("；见证方 ").append(witness).append(" 于 ").append(at).append(" 共同签名");
    shown.says.en.append("; witness ").append(witness).append(" cosigned at ").append(at);
  }
  shown.facts["cosignatures"] = std::move(facts);
}

bool is_known(std::string_view text) {
  return text.starts_with(ledger::inclusion_proof_header) ||
         text.starts_with(ledger::consistency_proof_header) || ledger::read_note(text);
}

Told<Verdict> judge(const std::string& text, const FileToVerify& request, Terminal& terminal) {
  const auto keys = read_keys(request.keys, terminal);
  if (!keys) return keys.error();
  if (!is_known(text))
    return Verdict(Reason("FILE_UNKNOWN", "这不是证据包、证明或检查点，或已被改动",
                          "this is no bundle, proof or checkpoint, or was changed"));
  if (keys->empty())
    return complain_of_usage(
        terminal, {"未验证：没有用 --key 给出账本的公钥，签名无从检查",
                   "not verified: without the ledger's public key (--key) no signature can be "
                   "checked"});
  if (text.starts_with(ledger::inclusion_proof_header))
    return verify_inclusion(request, text, *keys, terminal);
  if (text.starts_with(ledger::consistency_proof_header))
    return verify_consistency(request, text, *keys, terminal);
  return verify_checkpoint(request, text, *keys, terminal);
}

}  // namespace

Exit tell_not_verified(const Reason& reason, bool json, Terminal& terminal) {
  if (json)
    terminal.print_line(boost::json::serialize(boost::json::object{
        {"verified", false}, {"damage", {{"code", reason.code}, {"what", reason.en}}}}));
  terminal.complain(
      "kinledger: " +
      std::string(terminal.say({"未通过校验：" + reason.zh, "not verified: " + reason.en})) + " [" +
      reason.code + "]");
  return Exit::not_verified;
}

Exit verify_file(const std::string& text, const FileToVerify& request, Terminal& terminal) {
  auto verdict = judge(text, request, terminal);
  if (!verdict) return verdict.error();
  const auto needed = read_needed(request.policy, terminal);
  if (!needed) return needed.error();
  if (*verdict && *needed) {
    if (const auto lacking = falls_short((*verdict)->note, **needed))
      verdict = Verdict(*lacking);
    else
      show_cosignatures((*needed)->policy, **verdict);
  }
  if (!*verdict) return tell_not_verified(verdict->error(), request.json, terminal);
  auto& shown = **verdict;
  if (request.json) {
    shown.facts["verified"] = true;
    terminal.print_line(boost::json::serialize(shown.facts));
  } else {
    terminal.print_line(terminal.say({"校验通过：" + shown.says.zh, "verified: " + shown.says.en}));
  }
  return Exit::done;
}

}  // namespace kinledger::tools
