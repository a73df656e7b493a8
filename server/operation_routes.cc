// For those who run the server: is it up, can it answer, what does it offer.
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <string>

#include "server/media_types.h"
#include "server/openapi.h"
#include "server/problem.h"
#include "server/route.h"

namespace kinledger::server {
namespace {

HttpResponse health(Desk&, const Call&) {
  return {200, std::string(utf8_text_type), {{"Cache-Control", "no-store"}}, "ok\n"};
}

/// Not ready while so much is unprojected that the next question would have to wait for it, when a
/// witness proved that the ledger lost or rewrote what it signed, when the storage of the ledger or
/// of its access journal failed, and while the ledger can be read only. Ready while the disk is
/// short, when only submissions are refused.
HttpResponse readiness(Desk& desk, const Call&) {
  const auto size = desk.archive.ledger().durable().size.value;
  const auto projected = desk.archive.projector().position().value;
  const auto cosigning = desk.cosigning();
  const bool is_contradicted = cosigning && cosigning->is_contradicted;
  const bool has_failed =
      desk.archive.ledger().has_failed() || desk.access.log().ledger().has_failed();
  const bool is_read_only = desk.archive.ledger().read_only().has_value();
  const bool is_ready = !is_catching_up(desk) && !is_contradicted && !has_failed && !is_read_only;
  boost::json::object told{
      {"ready", is_ready},        {"treeSize", size},
      {"projected", projected},   {"storageFailed", has_failed},
      {"readOnly", is_read_only}, {"diskShort", desk.archive.ledger().free_space().is_short}};
  if (cosigning) {
    told["cosignedSize"] = cosigning->size.value;
    told["contradicted"] = is_contradicted;
  }
  return private_json(is_ready ? 200 : 503, told);
}

HttpResponse metrics(Desk& desk, const Call&) {
  const auto& ledger = desk.archive.ledger();
  auto& log = desk.access.log();
  return {
      200,
      "text/plain; version=0.0.4; charset=utf-8",
      {{"Cache-Control", "no-store"}},
      desk.metrics.to_text({ledger.durable().size.value, desk.archive.projector().position().value,
                            ledger.journal().bytes_on_disk(), ledger.commit_figures(),
                            log.ledger().commit_figures(), log.waiting(), desk.cosigning(),
                            ledger.free_space(), desk.lanes()})};
}

HttpResponse openapi(Desk&, const Call&) {
  static const auto document = boost::json::serialize(openapi_document(routes())) + "\n";
  return {200, std::string(json_type), {}, document};
}

}  // namespace

std::vector<Route> operation_routes() {
  return {
      {.method = "GET",
       .path = "/healthz",
       .name = "health",
       .zh = "服务在运行",
       .en = "the server is up",
       .gives = {utf8_text_type},
       .lane = Lane::service,
       .operation = Operation::see_service,
       .handle = health},
      {.method = "GET",
       .path = "/readyz",
       .name = "readiness",
       .zh = "可以答复；否则 503",
       .en = "the server can answer; else 503",
       .gives = {json_type},
       .statuses = {503},
       .lane = Lane::service,
       .operation = Operation::see_service,
       .handle = readiness},
      {.method = "GET",
       .path = "/metrics",
       .name = "metrics",
       .zh = "运行指标（Prometheus 文本格式）",
       .en = "figures for Prometheus",
       .gives = {utf8_text_type},
       .lane = Lane::figures,
       .operation = Operation::read_metrics,
       .handle = metrics},
      {.method = "GET",
       .path = "/openapi.json",
       .name = "openapi",
       .zh = "本接口的 OpenAPI 3.1 说明",
       .en = "this interface, OpenAPI 3.1",
       .gives = {json_type},
       .lane = Lane::service,
       .operation = Operation::see_service,
       .handle = openapi},
  };
}

}  // namespace kinledger::server
