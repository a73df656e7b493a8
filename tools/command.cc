#include "tools/command.h"

#include "ledger/result.h"

namespace kinledger::tools {

void throw_exception_from_error(const Exit&, const boost::source_location& at) {
  ledger::invariant_failed("there is a value", at.file_name(), static_cast<int>(at.line()));
}

Parameter word(std::string name, Label says, std::string& into) {
  Parameter parameter{std::move(name), {}, std::move(says), &into};
  parameter.required = true;
  return parameter;
}

Parameter flag(std::string name, Label says, bool& into) {
  return {std::move(name), {}, std::move(says), &into};
}

Parameter option(std::string name, std::string value, Label says, std::string& into) {
  return {std::move(name), std::move(value), std::move(says), &into};
}

Parameter file_option(std::string name, Label says, std::string& into) {
  auto parameter = option(std::move(name), "FILE", std::move(says), into);
  parameter.offer = Parameter::Offer::files;
  return parameter;
}

Parameter json_flag(bool& into) {
  return flag("--json", {"输出机器可读的 JSON", "machine-readable JSON"}, into);
}

}  // namespace kinledger::tools
