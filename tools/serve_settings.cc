#include "tools/serve_settings.h"

#include <toml++/toml.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "ledger/read_file.h"

namespace kinledger::tools {
namespace {

using ledger::Parsed;
using ledger::Reason;

constexpr std::string_view environment_prefix = "KINLEDGER_SERVE_";

std::string environment_name(std::string_view name) {
  std::string text = std::string(environment_prefix) + std::string(name);
  for (auto& byte : text)
    byte = byte == '-' ? '_' : byte >= 'a' && byte <= 'z' ? static_cast<char>(byte - 32) : byte;
  return text;
}

bool has_value(const Setting& setting) {
  return std::visit([](const auto* into) { return !into->empty(); }, setting.into);
}

void take_environment(const Setting& setting) {
  const auto* const value = std::getenv(environment_name(setting.name).c_str());
  if (value == nullptr) return;
  if (auto* const* text = std::get_if<std::string*>(&setting.into)) {
    **text = value;
    return;
  }
  std::string_view rest(value);
  while (!rest.empty()) {
    const auto end = std::min(rest.find(','), rest.size());
    if (end > 0)
      std::get<std::vector<std::string>*>(setting.into)->emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

std::string names_of(std::span<const Setting> settings) {
  std::string names;
  for (const auto& setting : settings)
    names += (names.empty() ? "" : ", ") + std::string(setting.name);
  return names;
}

/// A variable that is meant for the server and sets nothing: a slip of the pen.
std::optional<Reason> unknown_variable(std::span<const Setting> settings) {
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    const auto name = text.substr(0, text.find('='));
    if (!name.starts_with(environment_prefix)) continue;
    const bool is_known = std::ranges::any_of(
        settings, [&](const Setting& setting) { return environment_name(setting.name) == name; });
    if (is_known) continue;
    const auto names = names_of(settings);
    return Reason(
        "CONFIG_UNKNOWN",
        std::string("环境变量 ").append(name).append(" 不对应任何设置；可用：").append(names),
        std::string("the environment variable ")
            .append(name)
            .append(" is no setting; there are: ")
            .append(names));
  }
  return std::nullopt;
}

Reason at_line(std::string_view code, const std::string& file, const toml::source_region& where,
               const std::string& zh, const std::string& en) {
  const auto place = file + ":" + std::to_string(where.begin.line) + ": ";
  return {std::string(code), place + zh, place + en};
}

/// Whether the node is of the setting's kind; takes it where the setting has no value yet.
bool take_node(const Setting& setting, const toml::node& node, bool is_set) {
  if (auto* const* text = std::get_if<std::string*>(&setting.into)) {
    const auto value = node.value_exact<std::string>();
    if (value && !is_set) **text = *value;
    return value.has_value();
  }
  const auto* list = node.as_array();
  if (list == nullptr) return false;
  std::vector<std::string> values;
  for (const auto& item : *list) {
    const auto value = item.value_exact<std::string>();
    if (!value) return false;
    values.push_back(*value);
  }
  if (!is_set) *std::get<std::vector<std::string>*>(setting.into) = std::move(values);
  return true;
}

Parsed<void> take_table(const std::string& file, const toml::table& table,
                        std::span<const Setting> settings) {
  const auto names = names_of(settings);
  for (const auto& [key, node] : table) {
    const auto found = std::ranges::find(settings, key.str(), &Setting::name);
    const std::string name(key.str());
    if (found == settings.end())
      return at_line(
          "CONFIG_UNKNOWN", file, key.source(),
          std::string("没有设置 ").append(name).append("；可用：").append(names),
          std::string("there is no setting ").append(name).append("; there are: ").append(names));
    if (!take_node(*found, node, has_value(*found)))
      return at_line("CONFIG_TYPE", file, node.source(), name + " 应为字符串（host 为字符串列表）",
                     name + " is a string (host a list of strings)");
  }
  return {};
}

}  // namespace

Parsed<void> read_settings(const std::string& file, std::span<const Setting> settings) {
  if (auto unknown = unknown_variable(settings)) return *std::move(unknown);
  for (const auto& setting : settings)
    if (!has_value(setting)) take_environment(setting);
  if (file.empty()) return {};
  const auto text = ledger::read_file(file, settings_bytes_max);
  if (!text) return Reason("CONFIG_UNREADABLE", file + " 无法读取", text.error().what);
  if (!*text) return Reason("CONFIG_UNREADABLE", "没有文件 " + file, "there is no file " + file);
  if ((*text)->size() > settings_bytes_max)
    return Reason("CONFIG_UNREADABLE", file + " 超过 64 KiB", file + " has more than 64 KiB");
  try {
    return take_table(file, toml::parse(**text), settings);
  } catch (const toml::parse_error& error) {
    const std::string what(error.description());
    return at_line("CONFIG_SYNTAX", file, error.source(), "不是有效的 TOML：" + what,
                   "this is not TOML: " + what);
  }
}

}  // namespace kinledger::tools
