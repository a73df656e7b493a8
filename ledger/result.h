// How an operation says that it did not succeed. Three kinds, never mixed:
//
//   refusal    a value the user can put right: which row, which field, what was wrong, what to do
//              (ledger/refusal.h)
//   fault      Result<T>: the caller could not be served; `Failure` names what the caller does now
//   bug        invariant(): the program contradicts itself; it stops at once, in every build
//
// Our code does not throw. Libraries that do are caught where they are called.
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>

namespace kinledger::ledger {

/// Named by the caller's reaction.
enum class Failure {
  invalid,      ///< the input cannot be right: fix it
  conflict,     ///< somebody else was first, or the key was used for other content: read again
  unavailable,  ///< not now (lock held, disk full, still catching up): retry with the same key
  corrupt,      ///< stored bytes contradict each other: stop, do not serve, tell the operator
};

/// `what` is one English sentence for the operator. It never holds a name or an ID number.
struct Error {
  Failure failure;
  std::string what;
  /// The same in Chinese, where a user can do something about it and may be told; else empty.
  std::string zh = {};
};

template <class T>
using Result = boost::system::result<T, Error>;

/// boost::system::result calls this when value() is asked of an error: a bug of ours.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& at);

[[noreturn]] void invariant_failed(const char* condition, const char* file, int line,
                                   std::string_view detail = {});

}  // namespace kinledger::ledger

/// Stops the process, in every build, when the program contradicts itself. An optional second
/// argument is text that helps to find out why.
#define invariant(condition, ...)                                                 \
  do {                                                                            \
    if (!(condition)) [[unlikely]]                                                \
      ::kinledger::ledger::invariant_failed(#condition, __FILE__,                 \
                                            __LINE__ __VA_OPT__(, ) __VA_ARGS__); \
  } while (false)
