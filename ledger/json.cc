// Boost.JSON reads; of its two parsers the lower one is used, because the upper one keeps the last
// of two equal keys without a word. The library is header-only and compiled here, once.
#include "ledger/json.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/src.hpp>
#include <boost/json/value_stack.hpp>
#include <vector>

#include "ledger/result.h"

namespace kinledger::ledger {
namespace {

namespace json = boost::json;

/// Builds the value, and stops at the second of two equal keys and at one value too many.
class StrictHandler {
 public:
  explicit StrictHandler(std::size_t values_max) : values_left_(values_max) {}

  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();

  bool duplicate_key() const { return duplicate_key_; }
  bool too_many_values() const { return too_many_values_; }
  json::value release() { return stack_.release(); }

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_array_begin(json::error_code&) { return true; }
  bool on_array_end(std::size_t count, json::error_code& error) {
    stack_.push_array(count);
    return counted(error);
  }
  bool on_object_begin(json::error_code&) {
    keys_.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t count, json::error_code& error) {
    auto& keys = keys_.back();
    std::ranges::sort(keys);
    if (std::ranges::adjacent_find(keys) != keys.end()) {
      duplicate_key_ = true;
      error = json::error::exception;
      return false;
    }
    keys_.pop_back();
    stack_.push_object(count);
    return counted(error);
  }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    stack_.push_chars(part);
    key_.append(part);
    return true;
  }
  bool on_key(json::string_view part, std::size_t, json::error_code&) {
    stack_.push_key(part);
    key_.append(part);
    keys_.back().push_back(std::move(key_));
    key_.clear();
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_string(json::string_view part, std::size_t, json::error_code& error) {
    stack_.push_string(part);
    return counted(error);
  }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t number, json::string_view, json::error_code& error) {
    stack_.push_int64(number);
    return counted(error);
  }
  bool on_uint64(std::uint64_t number, json::string_view, json::error_code& error) {
    stack_.push_uint64(number);
    return counted(error);
  }
  bool on_double(double number, json::string_view, json::error_code& error) {
    stack_.push_double(number);
    return counted(error);
  }
  bool on_bool(bool value, json::error_code& error) {
    stack_.push_bool(value);
    return counted(error);
  }
  bool on_null(json::error_code& error) {
    stack_.push_null();
    return counted(error);
  }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  bool counted(json::error_code& error) {
    too_many_values_ = values_left_ == 0;
    if (too_many_values_) {
      error = json::error::exception;
      return false;
    }
    --values_left_;
    return true;
  }

  json::value_stack stack_;
  std::size_t values_left_;
  std::vector<std::vector<std::string>> keys_;  // of the objects that are open
  std::string key_;
  bool duplicate_key_ = false;
  bool too_many_values_ = false;
};

Reason refused(const char* code, const std::string& zh, const std::string& en, std::size_t at) {
  const std::string byte = std::to_string(at + 1);
  return {code, zh + "（第 " + byte + " 字节处）。请改正后重新提交。",
          en + " (at byte " + byte + "). Correct it and hand it in again."};
}

void append_canonical(std::string& out, const json::value& value);

void append_canonical(std::string& out, const json::object& object) {
  std::vector<const json::key_value_pair*> members;
  members.reserve(object.size());
  for (const auto& member : object) members.push_back(&member);
  std::ranges::sort(members, {}, [](const auto* member) -> std::string_view {
    return {member->key().data(), member->key().size()};
  });
  out += '{';
  for (const auto* member : members) {
    if (out.back() != '{') out += ',';
    out += json::serialize(member->key());
    out += ':';
    append_canonical(out, member->value());
  }
  out += '}';
}

void append_canonical(std::string& out, const json::value& value) {
  switch (value.kind()) {
    case json::kind::object:
      return append_canonical(out, value.get_object());
    case json::kind::array: {
      out += '[';
      bool first = true;
      for (const auto& element : value.get_array()) {
        if (!first) out += ',';
        first = false;
        append_canonical(out, element);
      }
      out += ']';
      return;
    }
    case json::kind::double_:
      invariant(false, "canonical JSON has no fractions");
      return;
    default:
      out += json::serialize(value);  // escapes as RFC 8785 does
  }
}

}  // namespace

bool has_fraction(const json::value& value) {
  if (const auto* array = value.if_array()) return std::ranges::any_of(*array, has_fraction);
  if (const auto* object = value.if_object())
    return std::ranges::any_of(*object,
                               [](const auto& member) { return has_fraction(member.value()); });
  return value.is_double();
}

std::string canonical_json(const json::value& value) {
  std::string out;
  append_canonical(out, value);
  return out;
}

Parsed<json::value> parse_json(std::string_view text, std::size_t bytes_max,
                               std::size_t values_max) {
  if (text.size() > bytes_max) {
    const std::string limit = std::to_string(bytes_max);
    return Reason{
        "JSON_SIZE", "JSON 超过 " + limit + " 字节的上限。请拆分后提交。",
        "The JSON is larger than the limit of " + limit + " bytes. Hand it in in smaller parts."};
  }
  json::parse_options options;
  options.max_depth = json_depth_max;
  json::basic_parser<StrictHandler> parser(options, values_max);
  json::error_code error;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  if (parser.handler().duplicate_key()) {
    return refused("JSON_DUPLICATE_KEY", "同一对象中有重复的键", "An object has a key twice", read);
  }
  if (parser.handler().too_many_values()) {
    const std::string limit = std::to_string(values_max);
    return Reason{
        "JSON_VALUES", "JSON 中的值超过 " + limit + " 个的上限。请拆分后提交。",
        "The JSON has more than the limit of " + limit + " values. Hand it in in smaller parts."};
  }
  if (error == json::error::too_deep) {
    return refused("JSON_DEPTH", "JSON 嵌套层数过多", "The JSON is nested too deeply", read);
  }
  if (error || read < text.size()) {
    return refused("JSON_SYNTAX", "内容不是有效的 JSON", "This is not valid JSON", read);
  }
  return parser.handler().release();
}

std::optional<std::uint64_t> whole_number(const json::value* value) {
  if (value == nullptr || !value->is_number()) return std::nullopt;
  json::error_code is_none;
  const auto number = value->to_number<std::uint64_t>(is_none);
  return is_none ? std::nullopt : std::optional(number);
}

}  // namespace kinledger::ledger
