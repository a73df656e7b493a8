// What a user is told about input that cannot be accepted. A refusal is a value: it is collected,
// never thrown, and all refusals of a file are reported at once.
//
// The texts never repeat the value of an identity field (name, ID number, telephone): row and
// field say where to look.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace kinledger::ledger {

/// Why one value was refused, and what to do, in both languages of the user.
struct Reason {
  Reason() = default;
  /// With a constructor, so that a text alone is never taken for a reason.
  Reason(std::string code_is, std::string zh_is, std::string en_is)
      : code(std::move(code_is)), zh(std::move(zh_is)), en(std::move(en_is)) {}

  std::string code;  ///< stable, upper case, e.g. "ID_CHECK_DIGIT"; listed in docs/IMPORT.md
  std::string zh;
  std::string en;

  bool operator==(const Reason&) const = default;
};

/// A value parsed from user input, or why it was refused.
template <class T>
using Parsed = boost::system::result<T, Reason>;

/// One refused value in its place.
struct Refusal {
  std::uint64_t row = 0;  ///< 1-based, as the user's program shows it; 0 is the whole document
  std::string field;      ///< the column heading or JSON path as written in the input
  Reason reason;

  bool operator==(const Refusal&) const = default;
};

/// boost::system::result calls this when value() is asked of a reason: a bug of ours.
[[noreturn]] void throw_exception_from_error(const Reason& reason,
                                             const boost::source_location& at);

}  // namespace kinledger::ledger
