#include "tools/verify_dossier.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "projections/bundle.h"
#include "projections/checks/check.h"
#include "tools/verify_file.h"

namespace kinledger::tools {
namespace {

using projections::Bundle;

constexpr std::size_t parts_of_dossier = 3;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t from = 0; from < text.size();) {
    const auto end = std::min(text.find('\n', from), text.size() - 1) + 1;
    lines.push_back(text.substr(from, end - from));
    from = end;
  }
  return lines;
}

bool is_dossier(const std::vector<std::string>& lines) {
  if (lines.size() != parts_of_dossier) return false;
  std::vector<Bundle> parts;
  for (const auto& line : lines) {
    auto part = projections::read_bundle(line);
    if (!part) return false;
    parts.push_back(std::move(*part));
  }
  const auto& finding = parts[0];
  const auto& then = parts[1];
  const auto& now = parts[2];
  return finding.question == "findings" && !finding.arguments.text("finding").empty() &&
         projections::find_check(then.question) != nullptr && then.question == now.question &&
         finding.arguments.unit && then.arguments.unit == finding.arguments.unit &&
         now.arguments.unit == finding.arguments.unit && finding.arguments.on == now.arguments.on &&
         then.arguments.on <= now.arguments.on && finding.basis.size == now.basis.size &&
         then.basis.size <= now.basis.size;
}

Label name_of_part(std::size_t number) {
  constexpr std::pair<std::string_view, std::string_view> names[parts_of_dossier] = {
      {"卷宗之一：审计问题", "part 1 of 3: the finding"},
      {"卷宗之二：立项时的检查结果", "part 2 of 3: its check when it was opened"},
      {"卷宗之三：现在的检查结果", "part 3 of 3: its check now"}};
  return {std::string(names[number].first), std::string(names[number].second)};
}

}  // namespace

Exit verify_bundles(const std::string& text, const BundleToVerify& request, Terminal& terminal) {
  const auto lines = lines_of(text);
  if (lines.size() == 1) return verify_bundle(text, request, terminal);
  if (!is_dossier(lines))
    return tell_not_verified(
        {"DOSSIER_PARTS",
         "卷宗应有三个证据包，依次为：审计问题、立项时的检查结果、现在的检查结果；此文件不是",
         "a dossier is three bundles: the finding, its check when it was opened, its check now; "
         "this file is not"},
        request.json, terminal);
  Exit worst = Exit::done;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!request.json) terminal.print_line(terminal.say(name_of_part(i)));
    worst = std::max(worst, verify_bundle(lines[i], request, terminal));
  }
  return worst;
}

}  // namespace kinledger::tools
