/** What a block takes. */
export interface BlockSchema {
	readonly required: readonly string[];
	readonly optional?: readonly string[];
	readonly blocks?: Readonly<Record<string, BlockSchema>>;
	/** What others may read of it, besides its own arguments. */
	readonly exported?: readonly string[];
}

const TAGS = ['defined_tags', 'freeform_tags', 'display_name'];
const PORTS: BlockSchema = {
	required: [],
	optional: ['min', 'max'],
	blocks: { source_port_range: { required: ['min', 'max'] } },
};
const RULE_BLOCKS = {
	tcp_options: PORTS,
	udp_options: PORTS,
	icmp_options: { required: ['type'], optional: ['code'] },
};
const RULE_OPTIONS = ['description', 'stateless'];

/**
 * The types of Oracle's Terraform provider that deploy/oci uses, from the documentation in the provider's repository
 * (website/docs/r and website/docs/d). It stands in for the provider, which Terraform would have to download.
 */
export const TYPES: Readonly<Record<string, BlockSchema>> = {
	oci_core_vcn: {
		required: ['compartment_id'],
		optional: [...TAGS, 'cidr_block', 'cidr_blocks', 'dns_label', 'is_ipv6enabled'],
		exported: ['id', 'ipv6cidr_blocks', 'default_route_table_id', 'default_security_list_id', 'vcn_domain_name'],
	},
	oci_core_internet_gateway: {
		required: ['compartment_id', 'vcn_id'],
		optional: [...TAGS, 'enabled', 'route_table_id'],
		exported: ['id'],
	},
	oci_core_route_table: {
		required: ['compartment_id', 'vcn_id'],
		optional: TAGS,
		blocks: {
			route_rules: { required: ['network_entity_id'], optional: ['description', 'destination', 'destination_type'] },
		},
		exported: ['id'],
	},
	oci_core_security_list: {
		required: ['compartment_id', 'vcn_id'],
		optional: TAGS,
		blocks: {
			ingress_security_rules: {
				required: ['protocol', 'source'],
				optional: [...RULE_OPTIONS, 'source_type'],
				blocks: RULE_BLOCKS,
			},
			egress_security_rules: {
				required: ['protocol', 'destination'],
				optional: [...RULE_OPTIONS, 'destination_type'],
				blocks: RULE_BLOCKS,
			},
		},
		exported: ['id'],
	},
	oci_core_subnet: {
		required: ['compartment_id', 'vcn_id', 'cidr_block'],
		optional: [
			...TAGS,
			...['availability_domain', 'dhcp_options_id', 'dns_label', 'ipv6cidr_block', 'prohibit_internet_ingress'],
			...['prohibit_public_ip_on_vnic', 'route_table_id', 'security_list_ids'],
		],
		exported: ['id', 'subnet_domain_name', 'virtual_router_ip'],
	},
	oci_core_instance: {
		required: ['compartment_id', 'availability_domain', 'shape'],
		optional: [...TAGS, 'fault_domain', 'metadata', 'extended_metadata', 'preserve_boot_volume', 'state'],
		blocks: {
			shape_config: {
				required: [],
				optional: ['baseline_ocpu_utilization', 'memory_in_gbs', 'nvmes', 'ocpus', 'vcpus'],
			},
			source_details: {
				required: ['source_id', 'source_type'],
				optional: ['boot_volume_size_in_gbs', 'boot_volume_vpus_per_gb', 'kms_key_id'],
			},
			create_vnic_details: {
				required: [],
				optional: [
					...TAGS,
					...['assign_ipv6ip', 'assign_private_dns_record', 'assign_public_ip', 'hostname_label', 'nsg_ids'],
					...['private_ip', 'skip_source_dest_check', 'subnet_id', 'vlan_id'],
				],
			},
		},
		exported: ['id', 'private_ip', 'public_ip', 'boot_volume_id'],
	},
	oci_core_public_ip: {
		required: ['compartment_id', 'lifetime'],
		optional: [...TAGS, 'private_ip_id'],
		exported: ['id', 'ip_address', 'assigned_entity_id'],
	},
	oci_objectstorage_bucket: {
		required: ['compartment_id', 'name', 'namespace'],
		optional: ['access_type', 'defined_tags', 'freeform_tags', 'metadata', 'storage_tier'],
		exported: ['bucket_id'],
	},
	oci_objectstorage_object: {
		required: ['bucket', 'namespace', 'object'],
		optional: ['cache_control', 'content', 'content_type', 'delete_all_object_versions', 'metadata', 'source'],
	},
	'data.oci_core_images': {
		required: ['compartment_id'],
		optional: [
			'display_name',
			'operating_system',
			'operating_system_version',
			'shape',
			'sort_by',
			'sort_order',
			'state',
		],
		exported: ['images'],
	},
	'data.oci_core_private_ips': {
		required: [],
		optional: ['ip_address', 'subnet_id', 'vnic_id'],
		exported: ['private_ips'],
	},
	'data.oci_identity_availability_domains': { required: ['compartment_id'], exported: ['availability_domains'] },
	'data.oci_objectstorage_namespace': { required: [], optional: ['compartment_id'], exported: ['namespace'] },
};
