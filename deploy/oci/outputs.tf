locals {
  url = "https://${var.domain == "" ? oci_core_public_ip.relay.ip_address : var.domain}"
}

output "address" {
  description = "Public address. With a domain, its A record must lead here."
  value       = oci_core_public_ip.relay.ip_address
}

output "url" {
  description = "The relay, some minutes after the machine was made."
  value       = local.url
}

output "set_up_link_over_ssh" {
  description = "Prints a new set-up link. Needs your address in ssh_from."
  value       = "ssh ubuntu@${oci_core_public_ip.relay.ip_address} sudo oriel owner reset --data /var/lib/oriel --url ${local.url}"
}

output "set_up_link_from_console" {
  description = "Prints what the serial console has shown, with the set-up link near its end. Needs no open port 22."
  value = join(" ", [
    "oci compute console-history capture --instance-id ${oci_core_instance.relay.id}",
    "--wait-for-state SUCCEEDED --query data.id --raw-output |",
    "xargs -I{} oci compute console-history get-content --instance-console-history-id {} --length 1000000 --file - |",
    "grep -e oriel -e '#setup='",
  ])
}
