#include "ledger/result.h"

#include <cstdio>
#include <cstdlib>

#include "ledger/refusal.h"

namespace kinledger::ledger {

void throw_exception_from_error(const Error& error, const boost::source_location& at) {
  invariant_failed("result holds a value", at.file_name(), static_cast<int>(at.line()), error.what);
}

void throw_exception_from_error(const Reason& reason, const boost::source_location& at) {
  invariant_failed("the value was accepted", at.file_name(), static_cast<int>(at.line()),
                   reason.code);
}

void invariant_failed(const char* condition, const char* file, int line, std::string_view detail) {
  std::fprintf(stderr, "kinledger: invariant failed: %s (%s:%d) %.*s\n", condition, file, line,
               static_cast<int>(detail.size()), detail.data());
  std::abort();
}

}  // namespace kinledger::ledger
