// For those who keep the ledger safe: have a backup made, and see which there are.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "server/backup_desk.h"
#include "server/media_types.h"
#include "server/problem.h"
#include "server/route.h"

namespace kinledger::server {
namespace {

boost::json::object object_of(const ledger::Backup& backup) {
  return {{"number", backup.number},
          {"takenAt", ledger::to_text(backup.taken_at)},
          {"treeSize", backup.head.size.value},
          {"root", ledger::to_text(backup.head.root)}};
}

/// Of a failure only its kind: what it says names directories, and the server's log has it.
boost::json::object object_of(const BackupDesk::State& state) {
  boost::json::object out{{"running", state.is_running},
                          {"bytesDone", state.bytes_done},
                          {"bytesTotal", state.bytes_total},
                          {"failed", state.failed.has_value()},
                          {"last", nullptr}};
  if (state.last) out["last"] = object_of(*state.last);
  return out;
}

HttpResponse not_set_up() {
  return problem(404, ledger::Reason("BACKUPS_NOT_SET_UP", "服务未设置备份目录（serve --backup）",
                                     "the server was given no place for backups (serve --backup)"));
}

HttpResponse make_backup(Desk& desk, const Call&) {
  if (desk.backups == nullptr) return not_set_up();
  if (!desk.backups->start())
    return problem(409,
                   ledger::Reason("BACKUP_RUNNING", "正在备份", "a backup is being made already"));
  return private_json(200, object_of(desk.backups->state()));
}

HttpResponse list_backups(Desk& desk, const Call&) {
  if (desk.backups == nullptr) return not_set_up();
  const auto all = desk.backups->all();
  if (!all) return problem_of_server(all.error(), desk.warn);
  auto out = object_of(desk.backups->state());
  auto& listed = (out["backups"] = boost::json::array()).as_array();
  for (const auto& backup : *all) listed.push_back(object_of(backup));
  return private_json(200, out);
}

}  // namespace

std::vector<Route> backup_routes() {
  return {
      {.method = "GET",
       .path = "/v1/backups",
       .name = "listBackups",
       .zh = "备份一览，及正在进行的备份",
       .en = "the backups, and the one that is being made",
       .gives = {json_type},
       .statuses = {404},
       .operation = Operation::back_up,
       .handle = list_backups},
      {.method = "POST",
       .path = "/v1/backups",
       .name = "makeBackup",
       .zh = "开始备份；进度见 GET",
       .en = "begin a backup; GET tells how far it is",
       .gives = {json_type},
       .statuses = {404, 409},
       .operation = Operation::back_up,
       .handle = make_backup},
  };
}

}  // namespace kinledger::server
