#include "tools/verify_bundle.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "projections/bundle_check.h"
#include "tools/complaint.h"
#include "tools/key_arguments.h"
#include "tools/policy_argument.h"
#include "tools/verify_file.h"

namespace kinledger::tools {
namespace {

using projections::Answer;
using projections::Bundle;

/// A line for whoever reads the result; the JSON has the parts.
std::string identity_words(const ledger::IdentityRecord& identity) {
  return identity.name + " " + identity.identity.number;
}

void print(const Bundle& bundle, const Answer& answer, const BundleToVerify& request,
           Terminal& terminal) {
  if (request.json) {
    auto object = projections::to_json(answer);
    object["basis"].as_object().erase("recordedAt");
    boost::json::object out{{"verified", true},
                            {"key", request.keys.empty() ? "stated" : "given"},
                            {"answer", std::move(object)}};
    if (const auto identity = projections::identity_in(bundle))
      out["identity"] = {{"name", identity->name}, {"number", identity->identity.number}};
    terminal.print_line(boost::json::serialize(out));
    return;
  }
  const auto events = std::to_string(bundle.events.size());
  const auto size = std::to_string(bundle.basis.size.value);
  Label says{"由 " + events + " 条记录重新得出同一答复，账本大小 " + size,
             "the same answer follows from the " + events + " events, at tree size " + size};
  if (request.keys.empty())
    says = {"自相一致，但签发者未经证实（没有 --key）：" + says.zh,
            "consistent with itself, but nothing shows who signed it (no --key): " + says.en};
  else
    says = {"校验通过：" + says.zh, "verified: " + says.en};
  terminal.print_line(terminal.say(says));
  if (const auto identity = projections::identity_in(bundle))
    terminal.print_line(std::string(terminal.say({"已登记的身份：", "registered as: "})) +
                        identity_words(*identity));
  terminal.print(projections::to_table(answer, terminal.language(), false));
}

/// The key that signs with what C2SP knows: bundles rest on it.
std::optional<ledger::NoteVerifier> ed25519_among(const std::vector<ledger::LogKey>& keys) {
  for (const auto& key : keys)
    if (const auto* verifier = std::get_if<ledger::NoteVerifier>(&key)) return *verifier;
  return std::nullopt;
}

}  // namespace

Exit verify_bundle(const std::string& text, const BundleToVerify& request, Terminal& terminal) {
  const bool json = request.json;
  const auto keys = read_keys(request.keys, terminal);
  if (!keys) return keys.error();
  auto log = ed25519_among(*keys);
  if (!keys->empty() && !log)
    return complain_of_usage(terminal, {"证据包的 --key 须有 Ed25519 公钥",
                                        "the keys for a bundle must hold the one of Ed25519"});
  const auto bundle = projections::read_bundle(text);
  if (!bundle) return tell_not_verified(bundle.error(), json, terminal);
  if (!keys->empty() && !ledger::read_signed_checkpoint(bundle->checkpoint, *keys))
    return tell_not_verified({"BUNDLE_CHECKPOINT", "检查点没有所给公钥的有效签名",
                              "the checkpoint is not signed with every key that was given"},
                             json, terminal);
  if (!log) {
    log = projections::stated_key(*bundle);
    if (!log)
      return tell_not_verified(
          {"BUNDLE_KEY", "证据包没有写明账本的公钥，请用 --key 给出",
           "the bundle does not state the key of its ledger: give it with --key"},
          json, terminal);
    note_stated_key(*log, terminal);
  }
  const auto needed = read_needed(request.policy, terminal);
  if (!needed) return needed.error();
  if (*needed)
    if (const auto lacking = falls_short(bundle->checkpoint, **needed))
      return tell_not_verified(*lacking, json, terminal);
  const auto answer = projections::check_bundle(*bundle, *log);
  if (!answer) return tell_not_verified(answer.error(), json, terminal);
  print(*bundle, *answer, request, terminal);
  return Exit::done;
}

}  // namespace kinledger::tools
