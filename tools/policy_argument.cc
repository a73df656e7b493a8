#include "tools/policy_argument.h"

#include <algorithm>
#include <span>

#include "ledger/log_key.h"
#include "ledger/log_lines.h"
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

void add_policy_parameters(PolicyArguments& arguments, const Label& says,
                           std::vector<Parameter>& parameters) {
  parameters.push_back(file_option("--policy", says, arguments.file));
  parameters.push_back(option("--cosigned-within", "SECONDS",
                              {"与 --policy 同用：共同签名不得早于多少秒之前；默认不限",
                               "with --policy: a cosignature that is older does not count; by "
                               "default of any age"},
                              arguments.within));
}

Told<std::optional<NeededCosignatures>> read_needed(const PolicyArguments& arguments,
                                                    Terminal& terminal) {
  const auto within = ledger::read_decimal(arguments.within);
  if (!arguments.within.empty() && (arguments.file.empty() || !within || *within == 0))
    return complain_of_usage(terminal,
                             {"--cosigned-within 应为不小于 1 的秒数，并与 --policy 同用",
                              "--cosigned-within takes a number of seconds from 1 on, and goes "
                              "with --policy"});
  if (arguments.file.empty()) return std::optional<NeededCosignatures>();
  auto policy = read_policy(arguments.file, terminal);
  if (!policy) return policy.error();
  NeededCosignatures needed{std::move(*policy)};
  if (within) needed.age_seconds_max = *within;
  return std::optional(std::move(needed));
}

std::optional<ledger::Reason> falls_short(std::string_view note, const NeededCosignatures& needed) {
  const auto is_signed_by_its = [note](const ledger::PolicyLog& log) {
    const ledger::LogKey key = log.verifier;
    return ledger::read_signed_checkpoint(note, {&key, 1}).has_value();
  };
  const auto& policy = needed.policy;
  if (std::ranges::none_of(policy.logs(), is_signed_by_its))
    return ledger::Reason("POLICY_LOG", "策略中没有签发该检查点的账本",
                          "the policy does not name the log that signed the checkpoint");
  const auto read = ledger::read_note(note).value();
  const auto quorum = policy.quorum(read, needed.window());
  if (quorum.is_reached()) return std::nullopt;
  const auto has = std::to_string(quorum.has), needs = std::to_string(quorum.needs);
  ledger::Reason reason(
      "QUORUM_NOT_REACHED", "所需的 " + needs + " 方中只有 " + has + " 方共同签名",
      "only " + has + " of " + needs + " needed witnesses cosigned the checkpoint");
  if (policy.quorum(read).has > quorum.has) {
    reason.zh += "；另有共同签名因过早或时间在将来而不计";
    reason.en +=
        "; other cosignatures are too old, or of a time that has not come, and do not count";
  }
  return reason;
}

}  // namespace kinledger::tools
