#include "ledger/witness_policy.h"

#include <algorithm>
#include <map>
#include <ranges>
#include <span>
#include <utility>

#include "ledger/log_lines.h"
#include "ledger/result.h"
#include "ledger/text.h"

namespace kinledger::ledger {
namespace {

using Words = std::vector<std::string_view>;
using Faulty = std::optional<Reason>;  ///< nothing: the line is accepted

constexpr std::string_view none = "none";

Words words_of(std::string_view line) {
  Words words;
  while (true) {
    const auto begin = line.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return words;
    line.remove_prefix(begin);
    const auto end = std::min(line.find_first_of(" \t"), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

Reason wrong_form(const std::string& form) {
  return {"POLICY_LINE", "这一行应写作：" + form, "this line is written: " + form};
}

Reason name_unknown(std::string_view name) {
  return {"POLICY_NAME_UNKNOWN", "上文没有名为 " + std::string(name) + " 的见证方或组",
          "no witness or group above is called " + std::string(name)};
}

Reason key_twice() {
  return {"POLICY_KEY_TWICE", "这个公钥上文已有；请删去一行",
          "this key is in a line above already: leave one out"};
}

bool is_text_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

}  // namespace

void throw_exception_from_error(const std::vector<Refusal>& refusals,
                                const boost::source_location& at) {
  throw_exception_from_error(refusals.front().reason, at);
}

/// Reads line after line; what is wrong with one does not keep the others from being looked at.
class WitnessPolicyReader {
 public:
  boost::system::result<WitnessPolicy, std::vector<Refusal>> read(std::string_view text);

 private:
  Faulty take(std::string_view line);
  Faulty take_log(const Words& words);
  Faulty take_witness(const Words& words);
  Faulty take_group(const Words& words);
  Faulty take_quorum(const Words& words);
  Faulty check_name(std::string_view name, std::size_t parties) const;
  /// Of a log or a witness: nobody is both, nor twice.
  bool has_key(const PublicKey& key) const;
  /// Adds the words as members of the group.
  Faulty take_members(WitnessPolicy::Group& group, std::span<const std::string_view> names);

  struct Named {
    WitnessPolicy::Member member;
    bool is_taken = false;  ///< member of a group already
  };
  WitnessPolicy policy_;
  std::map<std::string, Named, std::less<>> names_;
  bool has_quorum_ = false;
};

boost::system::result<WitnessPolicy, std::vector<Refusal>> WitnessPolicyReader::read(
    std::string_view text) {
  std::vector<Refusal> refusals;
  if (text.size() > policy_bytes_max) {
    const auto most = std::to_string(policy_bytes_max);
    refusals.push_back({0,
                        "",
                        {"FILE_TOO_LARGE", "文件超过 " + most + " 字节",
                         "the file is larger than " + most + " bytes"}});
    return refusals;
  }
  std::uint64_t row = 0;
  while (const auto line = take_line(text)) {
    ++row;
    if (auto fault = take(*line)) refusals.push_back({row, "", std::move(*fault)});
  }
  if (!text.empty())
    refusals.push_back({row + 1,
                        "",
                        {"POLICY_CUT_OFF", "最后一行没有换行符，文件可能不完整；请补上换行符",
                         "the last line has no line feed: the file may be cut off; end it with "
                         "one"}});
  if (!has_quorum_ && refusals.empty())
    refusals.push_back({0,
                        "",
                        {"POLICY_QUORUM", "没有 quorum 行：请写明须由谁共同签名，或写 quorum none",
                         "there is no quorum line: say whose cosignatures are needed, or quorum "
                         "none"}});
  if (!refusals.empty()) return refusals;
  return std::move(policy_);
}

Faulty WitnessPolicyReader::take(std::string_view line) {
  if (!is_utf8(line) || !std::ranges::all_of(line, is_text_byte))
    return Reason{"POLICY_CHARACTERS", "含有控制字符，或不是 UTF-8；请另存为以 LF 换行的纯文本",
                  "there is a control character, or it is not UTF-8: save the file as plain text "
                  "with LF line ends"};
  const auto words = words_of(line);
  if (words.empty() || words.front().starts_with('#')) return std::nullopt;
  if (words.front() == "log") return take_log(words);
  if (words.front() == "witness") return take_witness(words);
  if (words.front() == "group") return take_group(words);
  if (words.front() == "quorum") return take_quorum(words);
  return Reason{"POLICY_LINE", "每行应以 log、witness、group、quorum 或 # 开头",
                "a line begins with log, witness, group, quorum or #"};
}

Faulty WitnessPolicyReader::take_log(const Words& words) {
  if (words.size() < 2 || words.size() > 3) return wrong_form("log VKEY [URL]");
  auto verifier = read_verifier(words[1]);
  if (!verifier)
    return Reason{"POLICY_KEY", "不是账本的验证公钥；见 kinledger checkpoint --key",
                  "not the verifier key of a log, as kinledger checkpoint --key prints it"};
  if (policy_.logs_.size() == policy_parties_max)
    return Reason{"POLICY_TOO_MANY", "log 行过多", "there are too many log lines"};
  if (has_key(verifier->key)) return key_twice();
  policy_.logs_.push_back({std::move(*verifier), words.size() > 2 ? std::string(words[2]) : ""});
  return std::nullopt;
}

bool WitnessPolicyReader::has_key(const PublicKey& key) const {
  const auto is_its = [&](const auto& party) { return party.verifier.key == key; };
  return std::ranges::any_of(policy_.logs_, is_its) ||
         std::ranges::any_of(policy_.witnesses_, is_its);
}

Faulty WitnessPolicyReader::check_name(std::string_view name, std::size_t parties) const {
  if (name == none || names_.contains(name))
    return Reason{"POLICY_NAME_TAKEN", "名称 " + std::string(name) + " 已被使用；请另取一个",
                  "the name " + std::string(name) + " is taken: choose another one"};
  if (parties == policy_parties_max)
    return Reason{"POLICY_TOO_MANY", "见证方或组过多",
                  "there are too many witnesses or too many groups"};
  return std::nullopt;
}

Faulty WitnessPolicyReader::take_witness(const Words& words) {
  if (words.size() < 3 || words.size() > 4) return wrong_form("witness NAME VKEY [URL]");
  if (auto fault = check_name(words[1], policy_.witnesses_.size())) return fault;
  auto verifier = read_witness_verifier(words[2]);
  if (!verifier)
    return Reason{"POLICY_KEY", "不是见证方的验证公钥；见 kinledger witness --key",
                  "not the verifier key of a witness, as kinledger witness --key prints it"};
  if (has_key(verifier->key)) return key_twice();
  names_.emplace(words[1], Named{{false, policy_.witnesses_.size()}});
  policy_.witnesses_.push_back(
      {std::string(words[1]), std::move(*verifier), words.size() > 3 ? std::string(words[3]) : ""});
  return std::nullopt;
}

Faulty WitnessPolicyReader::take_group(const Words& words) {
  if (words.size() < 4) return wrong_form("group NAME any|all|N MEMBER...");
  if (auto fault = check_name(words[1], policy_.groups_.size())) return fault;
  WitnessPolicy::Group group;
  const auto members = std::span(words).subspan(3);
  if (words[2] == "any")
    group.needs = 1;
  else if (words[2] == "all")
    group.needs = members.size();
  else
    group.needs = read_decimal(words[2]).value_or(0);
  if (group.needs == 0 || group.needs > members.size()) {
    const auto most = std::to_string(members.size());
    return Reason{"POLICY_THRESHOLD", "门槛应为 any、all 或 1 至 " + most + " 的数",
                  "the threshold is any, all, or a number from 1 to " + most};
  }
  if (auto fault = take_members(group, members)) return fault;
  names_.emplace(words[1], Named{{true, policy_.groups_.size()}});
  policy_.groups_.push_back(std::move(group));
  return std::nullopt;
}

Faulty WitnessPolicyReader::take_members(WitnessPolicy::Group& group,
                                         std::span<const std::string_view> names) {
  for (const auto name : names) {
    const auto found = names_.find(name);
    if (found == names_.end()) return name_unknown(name);
    if (std::exchange(found->second.is_taken, true))
      return Reason{"POLICY_MEMBER_TWICE",
                    std::string(name) + " 已是某组的成员；一个见证方只能计一次",
                    std::string(name) + " is a member of a group already: a witness counts once"};
    group.members.push_back(found->second.member);
  }
  return std::nullopt;
}

Faulty WitnessPolicyReader::take_quorum(const Words& words) {
  if (words.size() != 2) return wrong_form("quorum NAME");
  if (std::exchange(has_quorum_, true))
    return Reason{"POLICY_QUORUM", "quorum 行只能有一行", "there is a quorum line above already"};
  if (words[1] == none) return std::nullopt;
  const auto found = names_.find(words[1]);
  if (found == names_.end()) return name_unknown(words[1]);
  policy_.quorum_ = found->second.member;
  return std::nullopt;
}

boost::system::result<WitnessPolicy, std::vector<Refusal>> WitnessPolicy::read(
    std::string_view text) {
  return WitnessPolicyReader().read(text);
}

bool WitnessPolicy::names_log(const NoteVerifier& log) const {
  return std::ranges::any_of(logs_, [&](const PolicyLog& known) {
    return known.verifier.name == log.name && known.verifier.key == log.key;
  });
}

std::vector<std::optional<CosignedAt>> WitnessPolicy::cosigned(const SignedNote& note) const {
  std::vector<std::optional<CosignedAt>> times;
  times.reserve(witnesses_.size());
  for (const auto& witness : witnesses_) times.push_back(cosigned_at(note, witness.verifier));
  return times;
}

Quorum WitnessPolicy::quorum(const SignedNote& note, const CosignedWindow& window) const {
  if (!quorum_) return {};
  const auto times = cosigned(note);
  std::vector<Quorum> reached;
  const auto counts = [&](const Member& member) {
    if (member.is_group) return reached[member.index].is_reached();
    const auto& at = times[member.index];
    return at && window.holds(*at);
  };
  for (const auto& group : groups_) {
    const auto has = std::ranges::count_if(group.members, counts);
    reached.push_back({static_cast<std::size_t>(has), group.needs});
  }
  if (quorum_->is_group) return reached[quorum_->index];
  return {counts(*quorum_) ? std::size_t{1} : std::size_t{0}, 1};
}

}  // namespace kinledger::ledger
