#include "tools/policy_argument.h"

#include <algorithm>
#include <span>

#include "ledger/log_key.h"
#include "tools/complaint.h"
#include "tools/text_file.h"

namespace kinledger::tools {

Told<ledger::WitnessPolicy> read_policy(const std::string& file, Terminal& terminal) {
  const auto text = read_text_file(file, ledger::policy_bytes_max);
  if (!text) {
    const ledger::Refusal refusal{0, "", text.error()};
    return complain(terminal, file, std::span(&refusal, 1), 1);
  }
  auto policy = ledger::WitnessPolicy::read(*text);
  if (!policy) return complain(terminal, file, policy.error(), policy.error().size());
  return std::move(*policy);
}

std::optional<ledger::Reason> falls_short(std::string_view note,
                                          const ledger::WitnessPolicy& policy) {
  const auto is_signed_by_its = [note](const ledger::PolicyLog& log) {
    const ledger::LogKey key = log.verifier;
    return ledger::read_signed_checkpoint(note, {&key, 1}).has_value();
  };
  if (std::ranges::none_of(policy.logs(), is_signed_by_its))
    return ledger::Reason("POLICY_LOG", "策略中没有签发该检查点的账本",
                          "the policy does not name the log that signed the checkpoint");
  const auto quorum = policy.quorum(ledger::read_note(note).value());
  if (quorum.is_reached()) return std::nullopt;
  const auto has = std::to_string(quorum.has), needs = std::to_string(quorum.needs);
  return ledger::Reason("QUORUM_NOT_REACHED",
                        "所需的 " + needs + " 方中只有 " + has + " 方共同签名",
                        "only " + has + " of " + needs +
                            " needed witnesses cosigned the "
                            "checkpoint");
}

}  // namespace kinledger::tools
