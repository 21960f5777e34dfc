package graph

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A scheme is a way to name nodes, with the labels that a person would give them. Each
// line has an ID and its label.
var schemes = []struct{ name, values, lines string }{
	{name: "Bacalhau's own", lines: `
n-cd613e30-1111-4222-8333-444444444444  n-cd613e30
n-0d2d943b-1111-4222-8333-444444444444  n-0d2d943b`},
	{name: "Bacalhau's own, two that begin alike", lines: `
n-cd613e30-1111-4222-8333-444444444444  n-cd613e30-1111
n-cd613e30-1112-4222-8333-444444444444  n-cd613e30-1112
n-0d2d943b-1111-4222-8333-444444444444  n-0d2d943b`},
	{name: "UUIDs", lines: `
0d2d943b-1111-4222-8333-444444444444  0d2d943b
CD613E30-1111-4222-8333-444444444444  CD613E30`},
	{name: "UUIDs after a prefix, and in a domain", lines: `
node-0d2d943b-1111-4222-8333-444444444444           node-0d2d943b
eu-west-1-compute-0d2d943c-1111-4222-8333-444444444444  0d2d943c
n-0d2d943d-1111-4222-8333-444444444444.example.com  n-0d2d943d`},
	{name: "clusters that are kept apart", lines: `
eu/n-0d2d943b-1111-4222-8333-444444444444  n-0d2d943b
us/n-cd613e30-1111-4222-8333-444444444444  n-cd613e30
eu/node-1                                  eu/node-1
us/node-1                                  us/node-1
us/node-2                                  us/node-2
us/10.0.0.1                                us/10.0.0.1`},
	{name: "before v1.3", lines: `
QmXaXu9N5GNetatsvwnTfQqNtSeKAD6uCmarbh3LMRYAcF  QmXaXu9N
QmYgxZiySj3MRkwLSL4X2MF5F9f2PMhAE3LV49XkfNL1o3  QmYgxZiy`},
	{name: "before v1.3, two that begin alike, and a word that is no ID", lines: `
QmXaXu9N5GNetatsvwnTfQqNtSeKAD6uCmarbh3LMRYAcF        QmXaXu9N5GNe
QmXaXu9N5GNftatsvwnTfQqNtSeKAD6uCmarbh3LMRYAcF        QmXaXu9N5GNf
QmYgxZiySj3MRkwLSL4X2MF5F9f2PMhAE3LV49XkfNL1oO        QmYgxZiySj3MRkwLSL4X2MF5F9f2PMhAE3LV49XkfNL1oO
12D3KooWHHzSeKaY8xuZVzkLbKFfvNgPPeKhFBGrMbNzbm5akpqu  12D3KooWHHzSeK`},
	{name: "before v1.3, in clusters that are kept apart", lines: `
eu/QmXaXu9N5GNetatsvwnTfQqNtSeKAD6uCmarbh3LMRYAcF  eu/QmXaXu9N
us/QmXaXu9N5GNetatsvwnTfQqNtSeKAD6uCmarbh3LMRYAcF  us/QmXaXu9N
us/QmYgxZiySj3MRkwLSL4X2MF5F9f2PMhAE3LV49XkfNL1o3  QmYgxZiy`},
	{name: "Amazon's instances", lines: `
i-0abc1234def567890  i-0abc1234def567890
i-0abc1234def567891  i-0abc1234def567891
mi-0abc1234def56789a  mi-0abc1234def56789a
eu-west-1-i-0abc1234def567892  i-0abc1234def567892`},
	{name: "Amazon's host names", lines: `
ip-10-0-1-23.eu-west-1.compute.internal    ip-10-0-1-23
ip-10-0-2-7.eu-west-1.compute.internal     ip-10-0-2-7
ip-10-0-1-24.us-east-1.compute.internal    ip-10-0-1-24
ip-172-31-0-9.ec2.internal                 ip-172-31-0-9`},
	{name: "one Amazon host name in two regions", lines: `
ip-10-0-1-23.eu-west-1.compute.internal  ip-10-0-1-23.eu-west-1
ip-10-0-1-23.us-east-1.compute.internal  ip-10-0-1-23.us-east-1`},
	{name: "Google's instances", lines: `
bacalhau-compute-europe-west1-b-0                       europe-west1-b-0
bacalhau-compute-europe-west1-b-1                       europe-west1-b-1
bacalhau-compute-us-central1-a-0                        us-central1-a-0
bacalhau-orchestrator                                   bacalhau-orchestrator`},
	{name: "Google's managed groups", lines: `
gke-prod-default-pool-8c3f2b1a-x7kq  x7kq
gke-prod-default-pool-8c3f2b1a-brxk  brxk
gke-prod-gpu-pool-91d0c2ef-0gk3      0gk3`},
	{name: "Google's managed groups, with endings that look like words and numbers", lines: `
gke-prod-default-pool-8c3f2b1a-x7kq  x7kq
gke-prod-default-pool-8c3f2b1a-uxen  uxen
gke-prod-default-pool-8c3f2b1a-gd91  gd91
gke-prod-default-pool-8c3f2b1a-4821  4821
gke-prod-default-pool-91d0c2ef-abed  abed`},
	{name: "a number with a letter among numbers", lines: `
dc1-rack02-node-001   node-001
dc1-rack02-node-002   node-002
dc1-rack02-node-02b   node-02b
dc1-rack02-node-head  node-head`},
	{name: "Azure's scale sets", lines: `
aks-nodepool1-28467127-vmss000000  vmss000000
aks-nodepool1-28467127-vmss000001  vmss000001
aks-nodepool1-28467127-vmss00000a  vmss00000a`},
	{name: "two of Azure's scale sets", lines: `
aks-nodepool1-28467127-vmss000000  nodepool1-28467127-vmss000000
aks-nodepool2-28467127-vmss000000  nodepool2-28467127-vmss000000`},
	{name: "Azure's machines", lines: `
vm-bacalhau-compute-001  compute-001
vm-bacalhau-compute-002  compute-002
vm-bacalhau-requester    vm-bacalhau-requester`},
	{name: "host names", lines: `
eu-west-1-compute-rack02-node-0001    node-0001
us-east-1-compute-rack01-node-0002    node-0002
us-gov-west-1-compute-rack01-node-0003  node-0003
eu-west-1-orchestrator-0001           orchestrator-0001`},
	{name: "host names, one of them alone", lines: `
eu-west-1-compute-rack02-node-0001  node-0001`},
	{name: "host names with numbers within a rack", lines: `
eu-west-1-compute-rack01-node-0001  rack01-node-0001
eu-west-1-compute-rack02-node-0001  rack02-node-0001
eu-west-1-compute-rack02-node-0002  rack02-node-0002
eu-west-1-orchestrator-0001         orchestrator-0001`},
	{name: "host names with numbers within a region", lines: `
eu-west-1-node-1   eu-west-1-node-1
eu-west-1-node-2   eu-west-1-node-2
us-east-1-node-1   us-east-1-node-1
ap-south-1-node-9  ap-south-1-node-9
requester          requester`},
	{name: "numbers after a rack", values: "eu-west-1 rack02", lines: `
eu-west-1-compute-rack02-0002  rack02-0002
eu-west-1-compute-rack02-0003  rack02-0003`},
	{name: "full domain names", lines: `
compute-node-0001.rack02.eu-west-1.internal.example-company.com        node-0001
compute-node-0002.rack01.us-east-1.internal.example-company.com        node-0002
orchestrator.production.eu-west-1.internal.example-company.com         orchestrator`},
	{name: "full domain names with numbers within a rack", lines: `
node-1.rack1.dc1.example.com  node-1.rack1
node-1.rack2.dc1.example.com  node-1.rack2
node-2.rack2.dc1.example.com  node-2.rack2
hub.dc1.example.com           hub`},
	{name: "several domains", lines: `
falcon.example.com    falcon
eagle.example.org     eagle
kite.lan              kite
hawk                  hawk`},
	{name: "one host name in two domains", lines: `
falcon.example.com    falcon.example.com
falcon.example.org    falcon.example.org
node-1.example.org    node-1`},
	{name: "racks as domains", lines: `
gpu7.dc3  gpu7
gpu8.dc3  gpu8
gpu9.dc4  gpu9`},
	{name: "dots from the whole to the part", lines: `
rack1.node1  rack1.node1
rack1.node2  rack1.node2
rack2.node3  rack2.node3
eu.rack2.node4  node4`},
	{name: "stateful sets", lines: `
bacalhau-compute-0.bacalhau-headless.default.svc.cluster.local  compute-0
bacalhau-compute-1.bacalhau-headless.default.svc.cluster.local  compute-1
bacalhau-orchestrator-0                                         orchestrator-0
pod-0                                                           pod-0`},
	{name: "deployments", lines: `
bacalhau-compute-7d9f8b6c5d-x2x7k  x2x7k
bacalhau-compute-7d9f8b6c5d-bcdfg  bcdfg
bacalhau-gpu-5b8c9d4f7-q8zvn       q8zvn`},
	{name: "zero-padded and unpadded numbers", lines: `
node-0001  node-0001
node-2     node-2
worker-10  worker-10
gpu01      gpu01`},
	{name: "numbers only", lines: `
1         1
2         2
0010      0010
2024-1-3  2024-1-3`},
	{name: "letters of the world", lines: `
nœud-é               nœud-é
节点                  节点
цод-москва-узел-12   узел-12
цод-москва-узел-13   узел-13
rack２-knoten-０１     knoten-０１`},
	{name: "spaces and slashes", lines: `
Anna's laptop       Anna's laptop
GPU box 1           GPU box 1
dc1/rack2/node-3    node-3
dc1/rack2/node-4    node-4
eu_west_gpu_node_5  node_5`},
	{name: "IP addresses", lines: `
10.0.1.23       10.0.1.23
10.0.1.24       10.0.1.24
10.0.1.23:1234  10.0.1.23:1234
fd00::1:2       fd00::1:2`},
	{name: "upper case", lines: `
WIN-3K5J2H1L9QP       WIN-3K5J2H1L9QP
DESKTOP-AB12CD3       DESKTOP-AB12CD3
DC1-NODE-0001         NODE-0001
NODE-0002.EXAMPLE.COM NODE-0002`},
	{name: "an odd one out", lines: `
eu-west-1-compute-rack02-node-0001  node-0001
eu-west-1-compute-rack02-node-0002  node-0002
eu-west-1-compute-rack02-spare      rack02-spare
mars                                mars`},
	{name: "mixed", lines: `
n-cd613e30-1111-4222-8333-444444444444          n-cd613e30
eu-west-1-compute-rack02-node-0002              node-0002
node3                                           node3
QmXaXu9N5GNetatsvwnTfQqNtSeKAD6uCmarbh3LMRYAcF  QmXaXu9N
i-0abc1234def567890                             i-0abc1234def567890
us-east-1-compute-rack02-node-0007              node-0007`},
	{name: "pet names", values: "eu-west-1 us-east-1", lines: `
eu-west-1-falcon     falcon
us-east-1-eagle      eagle
dev-falcon           dev-falcon
my-own-gpu-host      gpu-host`},
	{name: "a word that all end with", lines: `
bacalhau-compute-0001-production  compute-0001
bacalhau-compute-0002-production  compute-0002
bacalhau-hub-production           bacalhau-hub`},
	{name: "a word that most end with", lines: `
compute-0001-production  compute-0001-production
compute-0002-production  compute-0002-production
hub                      hub`},
	{name: "named by region, known by labels", values: "fsn1-dc8 hel1-dc2", lines: `
compute-fsn1-dc8   compute-fsn1-dc8
compute-hel1-dc2   compute-hel1-dc2
compute-7-fsn1-dc8 compute-7`},
	{name: "named by region alone", lines: `
compute-eu-west-1           compute-eu-west-1
compute-us-east-1           compute-us-east-1
orchestrator-us-east-1      orchestrator-us-east-1`},
	{name: "named like a group", values: "gpu eu rack-2 node7", lines: `
dc1-7-gpu       dc1-7-gpu
eu.internal     eu.internal
gpu-box-rack-2  gpu-box
a-box-rack-2-3  rack-2-3
dc1-r1-node7    r1-node7
dc1-r1-node8    node8
gpu             gpu`},
	{name: "nothing to leave out", lines: `
c6                c6
gpu-host          gpu-host
-a-b-c            -a-b-c
---               ---
node-7-           node-7-
__x__             __x__
.                 .`},
	{name: "neither host names nor numbers", lines: `
http://x.y/z   http://x.y/z
anna@b-c-d.e   anna@b-c-d.e
a-b-c-d+1      a-b-c-d+1
aa:bb:cc:dd:ee:01  aa:bb:cc:dd:ee:01`},
	{name: "one ID is another's label", lines: `
n-0a0a0a0a  n-0a0a0a0a
n-abcdefab  n-abcdefab
n-abcdefab-1111-4111-8101-011101000011  n-abcdefab-1111`},
	{name: "not printable", lines: `
a` + "\x1b" + `[2J  a\x1b[2J
` + "\xff" + `      \xff`},
}

func TestLabelsAreThosePeopleWouldGive(t *testing.T) {
	for _, s := range schemes {
		t.Run(s.name, func(t *testing.T) {
			var ids, want []string
			for line := range strings.Lines(strings.TrimSpace(s.lines)) {
				id, label, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
				if label == "" {
					id, label, _ = strings.Cut(id, " ")
				}
				ids, want = append(ids, id), append(want, strings.TrimSpace(label))
			}
			values := map[string]bool{}
			for _, v := range strings.Fields(s.values) {
				values[v] = true
			}
			if d := cmp.Diff(want, shortLabels(t.Context(), ids, values)); d != "" {
				t.Error(d)
			}
		})
	}
}
