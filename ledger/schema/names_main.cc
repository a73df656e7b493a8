// Build-time program: prints the names of the event schema as C++ enumerations, so that code names
// a type or a field as a checked identifier while event.capnp stays the only place where it is
// described.

#include <capnp/schema.h>

#include <cctype>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "event.capnp.h"

namespace {

std::string snake(kj::StringPtr camel) {
  std::string out;
  for (const char c : camel) {
    if (std::isupper(static_cast<unsigned char>(c)) && !out.empty()) out += '_';
    out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return out;
}

std::string short_name(capnp::Schema schema) {
  return std::string(schema.getShortDisplayName().cStr());
}

void note_enum(capnp::Type type, std::map<std::string, capnp::EnumSchema>& enums) {
  if (type.isList()) type = type.asList().getElementType();
  if (type.isEnum()) enums.emplace(short_name(type.asEnum()), type.asEnum());
}

void print(const std::string& name, const char* base, const std::vector<std::string>& members) {
  std::cout << "enum class " << name << " : " << base << " {\n";
  for (const auto& member : members) std::cout << "  " << member << ",\n";
  std::cout << "};\n\n";
}

}  // namespace

int main() {
  const auto event = capnp::Schema::from<kinledger::ledger::wire::Event>();
  std::vector<std::string> types, fields;
  std::set<std::string> seen;
  std::map<std::string, capnp::EnumSchema> enums;
  for (auto field : capnp::Schema::from<kinledger::ledger::wire::Correction>().getFields())
    note_enum(field.getType(), enums);
  for (auto member : event.getUnionFields()) {
    types.push_back(snake(member.getProto().getName()));
    for (auto field : member.getType().asStruct().getFields()) {
      note_enum(field.getType(), enums);
      auto name = snake(field.getProto().getName());
      if (seen.insert(name).second) fields.push_back(name);
    }
  }
  std::cout << "// Generated from ledger/schema/event.capnp. The numbers of EventType and of the\n"
               "// code enumerations are those on disk; those of Field are internal.\n"
               "#pragma once\n\n#include <cstddef>\n#include <cstdint>\n\n"
               "namespace kinledger::ledger {\n\n";
  print("EventType", "std::uint16_t", types);
  std::cout << "inline constexpr std::size_t event_type_count = " << types.size() << ";\n\n";
  print("Field", "std::uint8_t", fields);
  std::cout << "inline constexpr std::size_t field_count = " << fields.size() << ";\n\n";
  for (const auto& [name, schema] : enums) {
    std::vector<std::string> members;
    for (auto enumerant : schema.getEnumerants())
      members.push_back(snake(enumerant.getProto().getName()));
    print(name, "std::uint16_t", members);
  }
  std::cout << "}  // namespace kinledger::ledger\n";
}
