#include "server/target.h"

#include <algorithm>

#include "ledger/digits.h"
#include "ledger/text.h"

namespace kinledger::server {
namespace {

using ledger::Parsed;
using ledger::Reason;

Reason not_understood() {
  return {"TARGET_FORMAT", "请求地址的路径或参数写法有误",
          "the path or query of the request is not well-formed"};
}

std::optional<unsigned> hex_digit(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return std::nullopt;
}

/// Takes the text before the next `end` off, and `end` with it.
std::string_view take_until(std::string_view& text, char end) {
  const auto at = std::min(text.find(end), text.size());
  const auto taken = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return taken;
}

bool is_unreserved(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || ledger::is_digit(byte) ||
         byte == '-' || byte == '.' || byte == '_' || byte == '~';
}

}  // namespace

std::optional<std::string_view> Target::find(std::string_view name) const {
  const auto found = std::ranges::find(query, name, &std::pair<std::string, std::string>::first);
  return found == query.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

std::optional<std::string> decode_component(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char byte = text[i];
    if (byte == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const auto high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
      if (!high || !low) return std::nullopt;
      byte = static_cast<char>(*high << 4 | *low);
      i += 2;
    }
    if (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f) return std::nullopt;
    out += byte;
  }
  return ledger::is_utf8(out) ? std::optional(std::move(out)) : std::nullopt;
}

Parsed<Target> read_target(std::string_view text) {
  Target target;
  auto path = take_until(text, '?');
  if (!path.starts_with('/')) return not_understood();
  path.remove_prefix(1);
  while (!path.empty()) {
    const bool ends_in_slash = path.ends_with('/');
    auto segment = decode_component(take_until(path, '/'));
    const bool is_plain = segment && !segment->empty() && *segment != "." && *segment != ".." &&
                          segment->find('/') == std::string::npos;
    if (!is_plain || (path.empty() && ends_in_slash)) return not_understood();
    target.path.push_back(std::move(*segment));
  }
  while (!text.empty()) {
    auto value = take_until(text, '&');
    auto name = decode_component(take_until(value, '='));
    auto decoded_value = decode_component(value);
    if (!name || name->empty() || !decoded_value) return not_understood();
    target.query.emplace_back(std::move(*name), std::move(*decoded_value));
  }
  return target;
}

std::string encode_component(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char byte : text) {
    if (is_unreserved(byte)) {
      out += byte;
      continue;
    }
    const auto value = static_cast<unsigned char>(byte);
    out += '%';
    out += digits[value >> 4];
    out += digits[value & 15];
  }
  return out;
}

}  // namespace kinledger::server
