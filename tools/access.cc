// access list, access grant, access revoke: who may do what on the server of a ledger.
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "ledger/log_lines.h"
#include "server/grant_json.h"
#include "server/tls.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/far_access.h"
#include "tools/open_ledger.h"
#include "tools/table.h"

namespace kinledger::tools {
namespace {

using server::Grant;

struct AccessOptions {
  LedgerArguments ledger;
  RemoteArguments remote;
  std::string principal, role, institution, area, certificate, until, label;
  bool json = false;
};

Label role_label(server::Role role) {
  constexpr std::string_view zh[] = {"申报",       "经办",       "审计",       "报表",
                                     "安全管理员", "系统管理员", "审计管理员", "接入"};
  return {std::string(zh[static_cast<std::size_t>(role)]), std::string(to_text(role))};
}

std::string scope_words(const Grant& grant, Terminal& terminal) {
  std::string words = grant.institution.value_or("");
  if (grant.area) words += (words.empty() ? "" : ", ") + std::to_string(grant.area->code);
  return words.empty() ? std::string(terminal.say({"全部", "everything"})) : words;
}

void print(const std::vector<Grant>& grants, bool json, Terminal& terminal) {
  constexpr std::size_t shown_digits = 16;
  Table table(terminal.language() == Language::zh
                  ? std::vector<std::string>{"主体", "名称", "角色", "范围", "证书", "有效期至"}
                  : std::vector<std::string>{"principal", "label", "role", "scope", "certificate",
                                             "until"});
  for (const auto& grant : grants) {
    if (json) terminal.print_line(boost::json::serialize(server::to_json(grant)));
    table.add({ledger::to_text(grant.principal), grant.label,
               std::string(terminal.say(role_label(grant.role))), scope_words(grant, terminal),
               grant.certificate ? ledger::to_text(*grant.certificate).substr(0, shown_digits) + "…"
                                 : std::string(),
               grant.until ? ledger::to_text(*grant.until) : std::string()});
  }
  if (!json) terminal.print(table.to_text());
}

/// The fingerprint of --certificate, which is a file.
Told<std::optional<ledger::Hash>> fingerprint_of(const AccessOptions& options, Terminal& terminal) {
  if (options.certificate.empty()) return std::optional<ledger::Hash>();
  const auto read = server::read_fingerprint(options.certificate);
  if (!read) return complain(terminal, read.error());
  return std::optional(*read);
}

/// The parts that were given, put into a grant.
Told<Grant> grant_of(const AccessOptions& options, Terminal& terminal) {
  Grant grant;
  const std::pair<std::string_view, const std::string*> parts[] = {
      {"principal", &options.principal},
      {"role", &options.role},
      {"institution", &options.institution},
      {"area", &options.area},
      {"until", &options.until},
      {"label", &options.label}};
  for (const auto& [name, text] : parts) {
    if (text->empty()) continue;
    if (const auto set = server::set_part(grant, name, *text); !set)
      return complain(terminal, set.error());
  }
  const auto certificate = fingerprint_of(options, terminal);
  if (!certificate) return certificate.error();
  grant.certificate = *certificate;
  return grant;
}

Exit change(OpenLedger& opened, const std::vector<Grant>& grants, bool is_granted,
            const AccessOptions& options, Terminal& terminal) {
  server::PrincipalRegister principals(*opened.archive);
  const auto key =
      "access/" + ledger::to_text(ledger::random_id<ledger::SubmissionId>(*opened.random));
  const auto receipt = principals.change(grants, is_granted, {}, key);
  if (!receipt) return complain(terminal, receipt.error());
  if (!*receipt) return complain(terminal, receipt->error());
  print(grants, options.json, terminal);
  return Exit::done;
}

Exit grant_far(Grant made, const AccessOptions& options, Terminal& terminal) {
  auto remote = Remote::of(options.remote, terminal);
  if (!remote) return remote.error();
  if (made.principal.is_zero() && made.certificate) {
    const auto known = far_grants(*remote);
    if (!known) return known.error();
    made.principal = server::owner_of(*made.certificate, *known).value_or(made.principal);
  }
  const auto recorded = change_far_grants(*remote, {made}, true);
  if (!recorded) return recorded.error();
  print(*recorded, options.json, terminal);
  return Exit::done;
}

Exit grant(const AccessOptions& options, Terminal& terminal) {
  auto made = grant_of(options, terminal);
  if (!made) return made.error();
  if (options.remote.is_given()) return grant_far(std::move(*made), options, terminal);
  auto opened = open_ledger(options.ledger, terminal);
  if (!opened) return opened.error();
  if (made->principal.is_zero()) {
    server::PrincipalRegister principals(*opened->archive);
    const auto known = principals.now();
    if (!known) return complain(terminal, known.error());
    if (made->certificate)
      made->principal = (*known)->owner_of(*made->certificate).value_or(made->principal);
    if (made->principal.is_zero())
      made->principal = ledger::random_id<ledger::ActorId>(*opened->random);
  }
  return change(*opened, {*made}, true, options, terminal);
}

/// Those that the words name.
std::vector<Grant> named(const std::vector<Grant>& grants, const Grant& wanted,
                         const AccessOptions& options) {
  std::vector<Grant> taken;
  for (const auto& held : grants)
    if ((options.principal.empty() || held.principal == wanted.principal) &&
        (!wanted.certificate || held.certificate == wanted.certificate) &&
        (options.role.empty() || held.role == wanted.role))
      taken.push_back(held);
  return taken;
}

Exit revoke_far(const Grant& wanted, const AccessOptions& options, Terminal& terminal) {
  auto remote = Remote::of(options.remote, terminal);
  if (!remote) return remote.error();
  const auto known = far_grants(*remote);
  if (!known) return known.error();
  const auto taken = named(*known, wanted, options);
  if (taken.empty()) return complain(terminal, server::grant_unknown());
  const auto recorded = change_far_grants(*remote, taken, false);
  if (!recorded) return recorded.error();
  print(*recorded, options.json, terminal);
  return Exit::done;
}

Exit revoke(const AccessOptions& options, Terminal& terminal) {
  if (options.principal.empty() && options.certificate.empty())
    return complain_of_usage(terminal, {"请用 --principal 或 --certificate 说明收回谁的授权",
                                        "say whose: --principal or --certificate"});
  const auto wanted = grant_of(options, terminal);
  if (!wanted) return wanted.error();
  if (options.remote.is_given()) return revoke_far(*wanted, options, terminal);
  auto opened = open_ledger(options.ledger, terminal);
  if (!opened) return opened.error();
  server::PrincipalRegister principals(*opened->archive);
  const auto known = principals.now();
  if (!known) return complain(terminal, known.error());
  const auto taken = named((*known)->grants(), *wanted, options);
  if (taken.empty()) return complain(terminal, server::grant_unknown());
  return change(*opened, taken, false, options, terminal);
}

Exit list_far(const AccessOptions& options, Terminal& terminal) {
  auto remote = Remote::of(options.remote, terminal);
  if (!remote) return remote.error();
  const auto grants = far_grants(*remote);
  if (!grants) return grants.error();
  print(*grants, options.json, terminal);
  return Exit::done;
}

Exit list(const AccessOptions& options, Terminal& terminal) {
  if (options.remote.is_given()) return list_far(options, terminal);
  auto opened = open_ledger_to_read(options.ledger, terminal);
  if (!opened) return opened.error();
  server::PrincipalRegister principals(*opened->archive);
  const auto known = principals.now();
  if (!known) return complain(terminal, known.error());
  print((*known)->grants(), options.json, terminal);
  return Exit::done;
}

Parameter principal_option(std::string& into, Label says) {
  return option("--principal", "ID", std::move(says), into);
}

Parameter role_option(std::string& into) {
  auto role = option("--role", "ROLE", {"角色", "role"}, into);
  for (std::size_t i = 0; i < server::role_count; ++i)
    role.choices.emplace_back(to_text(static_cast<server::Role>(i)));
  return role;
}

}  // namespace

Command access_list_command() {
  auto options = std::make_shared<AccessOptions>();
  Command command;
  command.name = "access list";
  command.says = {"列出谁可以办理什么", "list who may do what"};
  command.examples = {"kinledger access list city"};
  command.parameters = ledger_parameters(options->ledger);
  command.parameters.push_back(json_flag(options->json));
  add_remote_parameters(options->remote, command.parameters);
  command.run = [options](Terminal& terminal) { return list(*options, terminal); };
  return command;
}

Command access_grant_command() {
  auto options = std::make_shared<AccessOptions>();
  Command command;
  command.name = "access grant";
  command.says = {"授予某主体一个角色", "give a principal a role"};
  command.details = {
      "机构、审计和管理员以证书识别；本机构工作人员经接入（gateway）取得令牌，不用证书，但须给出\n"
      "机构。三种管理员角色各由一个主体单独担任，且看不到个人身份。授权登记为账本记录。",
      "Institutions, auditors and administrators are known by their certificate; people who come\n"
      "through the gateway of their institution have none, but the institution must be given. The\n"
      "three administrators' roles are held alone, each by a principal of its own, who is never\n"
      "told who a person is. A grant is recorded as an event of the ledger."};
  command.examples = {
      "kinledger access grant city --role securityAdministrator --certificate li.pem",
      "kinledger access grant city --role agency --area 330106 --certificate xihu.pem --label "
      "西湖区医保经办机构"};
  command.parameters = ledger_parameters(options->ledger);
  auto role = role_option(options->role);
  role.required = true;
  command.parameters.push_back(std::move(role));
  command.parameters.push_back(principal_option(
      options->principal, {"已有主体的编号；默认为证书所属主体，或新主体",
                           "a principal that is there; by default the one whose certificate it "
                           "is, else a new one"}));
  command.parameters.push_back(
      file_option("--certificate", {"主体的证书（PEM）", "certificate of the principal, PEM"},
                  options->certificate));
  command.parameters.push_back(option(
      "--institution", "NUMBER", {"范围：单位编号", "scope: what names this unit, by its number"},
      options->institution));
  command.parameters.push_back(option(
      "--area", "CODE", {"范围：行政区划及其所辖", "scope: a division with all that lies in it"},
      options->area));
  command.parameters.push_back(option(
      "--until", "DATE", {"有效期至（不含）", "until this date, exclusive"}, options->until));
  command.parameters.push_back(
      option("--label", "TEXT",
             {"名称：机构、岗位或工号，不写姓名",
              "what it is called: an institution, a workplace, a staff number; no person's name"},
             options->label));
  command.parameters.push_back(json_flag(options->json));
  add_remote_parameters(options->remote, command.parameters);
  command.run = [options](Terminal& terminal) { return grant(*options, terminal); };
  return command;
}

Command access_revoke_command() {
  auto options = std::make_shared<AccessOptions>();
  Command command;
  command.name = "access revoke";
  command.says = {"收回授权", "take grants away"};
  command.details = {
      "不给 --role 时收回该主体或该证书的全部授权。正在运行的服务用 --url，立即生效。",
      "Without --role, all grants of the principal or of the certificate. On a running server it\n"
      "is done with --url, and in force at once."};
  command.examples = {"kinledger access revoke city --certificate lost.pem"};
  command.parameters = ledger_parameters(options->ledger);
  command.parameters.push_back(
      principal_option(options->principal, {"主体的编号", "id of the principal"}));
  command.parameters.push_back(
      file_option("--certificate", {"证书（PEM）", "certificate, PEM"}, options->certificate));
  command.parameters.push_back(role_option(options->role));
  command.parameters.push_back(json_flag(options->json));
  add_remote_parameters(options->remote, command.parameters);
  command.run = [options](Terminal& terminal) { return revoke(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools
