#include "tools/complaint.h"

#include <algorithm>

namespace kinledger::tools {
namespace {

struct Kind {
  Exit exit;
  std::string_view zh;  // what the caller does; the detail that follows is the operator's English
};

Kind kind_of(ledger::Failure failure) {
  switch (failure) {
    case ledger::Failure::invalid:
      return {Exit::refused, "输入有误，请更正："};
    case ledger::Failure::conflict:
      return {Exit::refused, "与已有内容冲突，请重新读取："};
    case ledger::Failure::unavailable:
      return {Exit::unavailable, "暂时无法办理，请稍后用同样的内容重试："};
    case ledger::Failure::corrupt:
      return {Exit::not_verified, "已存数据相互矛盾，请停止使用并通知运维人员："};
  }
  return {Exit::unavailable, ""};
}

}  // namespace

Exit complain(Terminal& terminal, const ledger::Error& error) {
  const auto kind = kind_of(error.failure);
  std::string line = "kinledger: ";
  if (terminal.language() == Language::en)
    line += error.what;
  else
    line += error.zh.empty() ? std::string(kind.zh) + error.what : error.zh;
  terminal.complain(line);
  return kind.exit;
}

Exit complain(Terminal& terminal, const ledger::Reason& reason) {
  const auto& text = terminal.language() == Language::zh ? reason.zh : reason.en;
  terminal.complain("kinledger: " + text + " [" + reason.code + "]");
  return Exit::refused;
}

Exit complain_of_usage(Terminal& terminal, const Label& what) {
  terminal.complain("kinledger: " + std::string(terminal.say(what)));
  return Exit::usage;
}

Exit complain(Terminal& terminal, std::string_view document,
              std::span<const ledger::Refusal> refusals, std::uint64_t count) {
  const auto shown = std::min(refusals.size(), refusals_printed_max);
  for (const auto& refusal : refusals.first(shown)) {
    std::string line(document);
    if (refusal.row != 0) line += ":" + std::to_string(refusal.row);
    line += ": ";
    if (!refusal.field.empty()) line += refusal.field + ": ";
    line += terminal.language() == Language::zh ? refusal.reason.zh : refusal.reason.en;
    terminal.complain(line + " [" + refusal.reason.code + "]");
  }
  if (const auto rest = count - shown; rest > 0)
    terminal.complain(std::string(document) + ": " +
                      std::string(terminal.say({"另有 " + std::to_string(rest) + " 处错误未列出",
                                                "and " + std::to_string(rest) + " more"})));
  return Exit::refused;
}

}  // namespace kinledger::tools
