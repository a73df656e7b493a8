// Reading the members of a JSON object from elsewhere, whose shape nobody has checked: a bundle,
// the manifest of a report. What is missing or of another kind reads as nothing and leaves the
// reader bad, so that it is asked once, at the end, whether all was there.
#pragma once

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "ledger/json.h"
#include "ledger/types.h"

namespace kinledger::projections {

class MemberReader {
 public:
  using Value = boost::json::value;

  /// Of what is no object every member is missing. Precondition: the value outlives the reader.
  explicit MemberReader(const Value* value)
      : object_(value == nullptr ? nullptr : value->if_object()), good_(object_ != nullptr) {}

  const Value* find(std::string_view key) const {
    return object_ == nullptr ? nullptr : object_->if_contains(key);
  }
  const boost::json::object& members() const {
    static const boost::json::object none;
    return object_ == nullptr ? none : *object_;
  }

  std::string text(std::string_view key) { return text(find(key)); }
  std::string text(const Value* value) {
    const auto* found = value == nullptr ? nullptr : value->if_string();
    return found == nullptr ? fail<std::string>() : std::string(found->data(), found->size());
  }
  std::uint64_t number(std::string_view key) { return number(find(key)); }
  std::uint64_t number(const Value* value) {
    const auto found = ledger::whole_number(value);
    return found ? *found : fail<std::uint64_t>();
  }
  /// Of hexadecimal digits.
  template <class Id>
  Id id(std::string_view key) {
    Id out;
    return ledger::from_hex(text(key), out.bytes) ? out : fail<Id>();
  }
  /// Position of a name in a list of names.
  template <std::size_t count>
  std::size_t one_of(std::string_view key, const std::string_view (&names)[count]) {
    const auto found = std::ranges::find(names, text(key));
    return found == std::end(names) ? fail<std::size_t>()
                                    : static_cast<std::size_t>(found - std::begin(names));
  }
  const boost::json::array& list(std::string_view key) {
    static const boost::json::array none;
    const auto* value = find(key);
    const auto* found = value == nullptr ? nullptr : value->if_array();
    good_ = good_ && found != nullptr;
    return found == nullptr ? none : *found;
  }
  /// The two elements of a pair.
  std::pair<const Value*, const Value*> pair(const Value& value) {
    const auto* elements = value.if_array();
    if (elements == nullptr || elements->size() != 2)
      return fail<std::pair<const Value*, const Value*>>();
    return {&(*elements)[0], &(*elements)[1]};
  }

  template <class Read>
  Read fail() {
    good_ = false;
    return {};
  }
  bool good() const { return good_; }

 private:
  const boost::json::object* object_;
  bool good_;
};

}  // namespace kinledger::projections
