#include "server/grant_json.h"

#include <boost/json/array.hpp>
#include <string>

#include "ledger/intake/advice.h"
#include "ledger/intake/fields.h"
#include "ledger/intake/schema_parts.h"
#include "ledger/text.h"

namespace kinledger::server {

using ledger::Parsed;
using ledger::Reason;

namespace {

Reason not_hexadecimal(std::string_view name, std::size_t bytes) {
  const auto digits = std::to_string(2 * bytes);
  return {"HEX_FORMAT", std::string(name) + " 应为 " + digits + " 位十六进制数",
          std::string(name) + " is " + digits + " hexadecimal digits"};
}

std::string role_list() {
  std::string all;
  for (std::size_t i = 0; i < role_count; ++i)
    all += (all.empty() ? "" : ", ") + std::string(to_text(static_cast<Role>(i)));
  return all;
}

}  // namespace

boost::json::object to_json(const Grant& grant) {
  boost::json::object object{{"principal", ledger::to_text(grant.principal)},
                             {"role", std::string(to_text(grant.role))}};
  if (grant.institution) object["institution"] = *grant.institution;
  if (grant.area) object["area"] = std::to_string(grant.area->code);
  if (grant.certificate) object["certificate"] = ledger::to_text(*grant.certificate);
  if (grant.until) object["until"] = ledger::to_text(*grant.until);
  if (!grant.label.empty()) object["label"] = grant.label;
  return object;
}

Parsed<void> set_part(Grant& grant, std::string_view name, std::string_view text) {
  if (name == "principal") {
    if (!ledger::from_hex(text, grant.principal.bytes))
      return not_hexadecimal(name, grant.principal.bytes.size());
  } else if (name == "role") {
    const auto role = role_named(text);
    if (!role)
      return Reason("ROLE_UNKNOWN", "没有这个角色；可用：" + role_list(),
                    "there is no such role; one of: " + role_list());
    grant.role = *role;
  } else if (name == "institution") {
    auto institution = ledger::intake::parse_unit_number(text);
    if (!institution) return institution.error();
    grant.institution = std::move(*institution);
  } else if (name == "area") {
    const auto area = ledger::intake::parse_area(text);
    if (!area) return area.error();
    grant.area = *area;
  } else if (name == "certificate") {
    ledger::Hash certificate;
    if (!ledger::from_hex(text, certificate.bytes))
      return not_hexadecimal(name, certificate.bytes.size());
    grant.certificate = certificate;
  } else if (name == "until") {
    const auto until = ledger::parse_date(text);
    if (!until) return until.error();
    grant.until = *until;
  } else if (name == "label") {
    auto label = ledger::accept_text(text, label_characters_max);
    if (!label) return label.error();
    if (ledger::intake::holds_resident_id(*label)) return ledger::intake::looks_like_resident_id();
    grant.label = std::move(*label);
  } else {
    return Reason("JSON_UNKNOWN", "没有字段 " + std::string(name),
                  "there is no member " + std::string(name));
  }
  return {};
}

boost::json::object grant_schema() {
  boost::json::array roles;
  for (std::size_t i = 0; i < role_count; ++i) roles.emplace_back(to_text(static_cast<Role>(i)));
  return ledger::intake::object_schema(
      {{"principal", ledger::intake::hex_schema(2 * sizeof(ledger::ActorId::bytes))},
       {"role", {{"enum", std::move(roles)}}},
       {"institution", ledger::intake::text_schema(ledger::intake::unit_number_characters_max)},
       {"area", ledger::intake::pattern_schema("^[1-9][0-9]{5}$")},
       {"certificate", ledger::intake::hex_schema(2 * sizeof(ledger::Hash::bytes))},
       {"until", {{"type", "string"}, {"format", "date"}}},
       {"label", ledger::intake::text_schema(label_characters_max)}},
      {"role"});
}

Parsed<Grant> read_grant(const boost::json::object& object) {
  Grant grant;
  if (!object.contains("role"))
    return Reason("ROLE_UNKNOWN", "缺少 role；可用：" + role_list(),
                  "role is missing; one of: " + role_list());
  for (const auto& [name, value] : object) {
    if (!value.is_string())
      return Reason("JSON_TYPE", std::string(name) + " 应为字符串",
                    std::string(name) + " is a string");
    const auto& text = value.get_string();
    if (const auto set = set_part(grant, {name.data(), name.size()}, {text.data(), text.size()});
        !set)
      return set.error();
  }
  return grant;
}

}  // namespace kinledger::server
